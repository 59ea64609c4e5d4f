// Restricts Node's crypto to that of Electron, which is built on BoringSSL and so has fewer algorithms than
// OpenSSL.
// The names are those of BoringSSL's tables with Electron's patches (electron/electron, patches/boringssl).
// Not covered: webcrypto, key types, and the suites of TLS.
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const BITS = [128, 192, 256]
const AES = ['cbc', 'ctr', 'ecb', 'gcm', 'ofb'].flatMap((mode) => BITS.map((bits) => `aes-${bits}-${mode}`))
const OTHERS =
  'aes-128-cfb aes-256-cfb bf-cbc bf-cfb bf-ecb des-cbc des-ecb des-ede des-ede-cbc des-ede3 des-ede3-cbc rc2-40-cbc rc2-cbc rc4'
export const CIPHERS = [...AES, ...OTHERS.split(' ')].toSorted()
export const DIGESTS = [
  'md4',
  'md5',
  'md5-sha1',
  'ripemd160',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha512-256'
]
const CURVES = ['prime256v1', 'secp224r1', 'secp384r1', 'secp521r1']

type Algorithms = { readonly names: readonly string[]; readonly code: string; readonly message: string }
const ciphers = { names: CIPHERS, code: 'ERR_CRYPTO_UNKNOWN_CIPHER', message: 'Unknown cipher' }
const digests = { names: DIGESTS, code: 'ERR_OSSL_EVP_UNSUPPORTED', message: 'Digest method not supported' }
const curves = { names: CURVES, code: 'ERR_CRYPTO_INVALID_CURVE', message: 'Invalid EC curve name' }

/** Removes the algorithms that BoringSSL lacks, from every module of this process, even from loaded ones. */
export function onlyBoringSsl(): void {
  const limit = (name: keyof typeof crypto, { names, code, message }: Algorithms): void => {
    const original = crypto[name] as (...args: unknown[]) => unknown
    const limited = (...args: unknown[]): unknown => {
      const [algorithm] = args
      if (typeof algorithm === 'string' && !names.includes(algorithm.toLowerCase())) {
        throw Object.assign(new Error(message), { code })
      }
      return original(...args)
    }
    Object.defineProperty(crypto, name, { value: limited })
  }
  for (const name of ['createCipheriv', 'createDecipheriv'] as const) limit(name, ciphers)
  for (const name of ['createHash', 'createHmac', 'hash'] as const) limit(name, digests)
  limit('createECDH', curves)
  Object.defineProperty(crypto, 'getCiphers', { value: () => [...CIPHERS] })
  Object.defineProperty(crypto, 'getHashes', { value: () => [...DIGESTS] })
  Object.defineProperty(crypto, 'getCurves', { value: () => [...CURVES] })
  syncBuiltinESMExports()
}
