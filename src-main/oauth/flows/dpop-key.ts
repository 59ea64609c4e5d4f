import { webcrypto } from 'node:crypto'
import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../../core/secret.ts'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
const coordinate = v.pipe(v.string(), v.regex(/^[\w-]{43}$/))
const storedKey = v.object({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: coordinate,
  y: coordinate,
  d: coordinate
})

/** Makes a new key for one grant (RFC 9449): a private JWK as text, kept in the grant's own record. */
export async function newDpopKey(): Promise<Secret> {
  const { privateKey } = await webcrypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
  const { kty, crv, x, y, d } = await webcrypto.subtle.exportKey('jwk', privateKey)
  return new Secret(JSON.stringify({ kty, crv, x, y, d }))
}

/**
 * The key pair that signs proofs. Throws CREDENTIAL_UNREADABLE for an unusable key: the grant can not be
 * refreshed without it.
 */
export async function dpopKeyPair(key: Secret): Promise<webcrypto.CryptoKeyPair> {
  const jwk = key.expose(parseKey)
  const { d: _private, ...publicJwk } = jwk
  const { subtle } = webcrypto
  try {
    return {
      privateKey: await subtle.importKey('jwk', jwk, ES256, false, ['sign']),
      // The public key is extractable, because its coordinates are sent with every proof.
      publicKey: await subtle.importKey('jwk', publicJwk, ES256, true, ['verify'])
    }
  } catch {
    // The error may quote the key, so it is not passed on.
    throw new VaultError('CREDENTIAL_UNREADABLE')
  }
}

function parseKey(text: string): v.InferOutput<typeof storedKey> {
  try {
    return v.parse(storedKey, JSON.parse(text))
  } catch {
    throw new VaultError('CREDENTIAL_UNREADABLE')
  }
}
