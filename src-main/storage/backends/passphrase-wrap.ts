import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../../core/secret.ts'
import { kdfSchema, type Kdf } from './envelope.ts'

export const KEY_LENGTH = 32

/** Derives a key of 32 bytes from `input`, which is zeroed. */
export function stretch(input: Buffer, { n, r, p, salt }: Kdf): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const cost = { N: n, r, p, maxmem: 256 * n * r }
    scrypt(input, Buffer.from(salt, 'base64'), KEY_LENGTH, cost, (error, bytes) => {
      input.fill(0)
      if (error) return reject(new VaultError('INTERNAL', { cause: error }))
      resolve(bytes)
    })
  })
}

/** The fields in the order in which they are sealed and digested. */
export function kdfFields({ name, n, r, p, salt }: Kdf): unknown[] {
  return [name, n, r, p, salt]
}

const ALGORITHM = 'aes-256-gcm'
const IV_LENGTH = 12
/** Cost of a passphrase: about a third of a second and 128 MiB for each unlock. */
const passphraseCost = { name: 'scrypt', n: 2 ** 17, r: 8, p: 1 } as const

/** Base64 text of exactly so many bytes. */
export const base64 = (bytes: number) => v.pipe(v.string(), v.base64(), v.length(Math.ceil(bytes / 3) * 4))

export const wrapSchema = v.strictObject({
  /** At least the cost that is written today, at most a cost that a machine can bear. */
  kdf: v.strictObject({ ...kdfSchema.entries, n: v.picklist([2 ** 17, 2 ** 18]) }),
  iv: base64(IV_LENGTH),
  tag: base64(16),
  data: base64(KEY_LENGTH)
})
type Wrap = v.InferOutput<typeof wrapSchema>

/**
 * The key that is made from the secret, without the secret. It is sealed with the secret, so that a wrap fits
 * one key only.
 */
type KeyOf = { readonly keyId: string; readonly kdf: Kdf }
type WithSecret = <T>(use: (secret: Buffer) => T) => T

/** Wraps the secret under a passphrase, with a new salt. Throws INVALID_REQUEST for an empty passphrase. */
export async function wrapSecret(
  withSecret: WithSecret,
  passphrase: Secret,
  { keyId, kdf: fileKdf }: KeyOf
): Promise<Wrap> {
  const kdf = { ...passphraseCost, salt: randomBytes(KEY_LENGTH).toString('base64') }
  const wrapping = await stretch(passphraseBytes(passphrase), kdf)
  const iv = randomBytes(IV_LENGTH)
  const cipher = createCipheriv(ALGORITHM, wrapping, iv, { authTagLength: 16 })
  cipher.setAAD(wrapData(keyId, fileKdf, kdf))
  const data = withSecret((secret) => Buffer.concat([cipher.update(secret), cipher.final()]))
  wrapping.fill(0)
  return {
    kdf,
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64')
  }
}

/** Unwraps the secret. Throws VAULT_LOCKED if there is no passphrase or a wrong one. */
export async function unwrapSecret(
  wrap: Wrap,
  passphrase: Secret | null,
  { keyId, kdf }: KeyOf
): Promise<Buffer> {
  if (!passphrase) throw new VaultError('VAULT_LOCKED')
  const wrapping = await stretch(passphraseBytes(passphrase), wrap.kdf)
  try {
    const iv = Buffer.from(wrap.iv, 'base64')
    const decipher = createDecipheriv(ALGORITHM, wrapping, iv, { authTagLength: 16 })
    decipher.setAAD(wrapData(keyId, kdf, wrap.kdf)).setAuthTag(Buffer.from(wrap.tag, 'base64'))
    return Buffer.concat([decipher.update(wrap.data, 'base64'), decipher.final()])
  } catch {
    throw new VaultError('VAULT_LOCKED', {
      message: 'The passphrase is not the right one. Nothing was changed; try again.'
    })
  } finally {
    wrapping.fill(0)
  }
}

/**
 * Normalizes the passphrase, because keyboards compose the same text differently. Throws INVALID_REQUEST for
 * an empty passphrase.
 */
function passphraseBytes(passphrase: Secret): Buffer {
  if (passphrase.length === 0) {
    throw new VaultError('INVALID_REQUEST', { message: 'A passphrase must not be empty.' })
  }
  return passphrase.expose((text) => Buffer.from(text.normalize('NFC'), 'utf8'))
}

function wrapData(keyId: string, ...kdfs: Kdf[]): Buffer {
  return Buffer.from(JSON.stringify([1, 'passphrase', keyId, ...kdfs.map(kdfFields)]))
}
