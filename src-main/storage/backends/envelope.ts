import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto'
import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import { parseJson } from '../files/json-text.ts'

const ALGORITHM = 'aes-256-gcm'
const IV_LENGTH = 12
const TAG_LENGTH = 16

/** The cost of scrypt and its salt, stored beside the sealed data. */
export const kdfSchema = v.strictObject({
  name: v.literal('scrypt'),
  n: v.picklist([2 ** 14, 2 ** 15, 2 ** 16, 2 ** 17, 2 ** 18]),
  r: v.literal(8),
  p: v.picklist([1, 2, 3, 4]),
  salt: v.pipe(v.string(), v.base64(), v.length(44))
})
export type Kdf = v.InferOutput<typeof kdfSchema>

const envelopeSchema = v.strictObject({
  v: v.literal(1),
  alg: v.literal(ALGORITHM),
  kdf: kdfSchema,
  keyId: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  /**
   * The record's key, which is not secret: it names the file, and is authenticated so that files can't be
   * swapped.
   */
  key: v.string(),
  /**
   * True: written while the keychain could not be reached, so that the keychain's own item, if any, is older.
   */
  newer: v.boolean(),
  iv: v.pipe(v.string(), v.base64()),
  tag: v.pipe(v.string(), v.base64()),
  data: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/))
})
type Envelope = v.InferOutput<typeof envelopeSchema>

const newerSchema = v.object({ v: v.pipe(v.number(), v.integer(), v.minValue(2)) })
export const NEWER = 'The entry was written by a newer Latchkey. It was left untouched; update Latchkey.'

/** A key and the parameters it was made with. The bytes stay in the KeyObject. */
export type SealingKey = { readonly key: KeyObject; readonly keyId: string; readonly kdf: Kdf }
export type Sealed = { readonly key: string; readonly value: string; readonly newer: boolean }

/**
 * The service whose envelopes do not name a service in their authenticated data: it was the only one when the
 * format was set. The envelopes of any other service name it, so that two services in one folder can't open
 * each other's.
 */
export const OWN_SERVICE = 'latchkey'

/**
 * Seals a record with AES-256-GCM under a new IV; the rest of the envelope and the service are authenticated
 * with it.
 */
export function sealEnvelope(sealing: SealingKey, record: Sealed, service: string = OWN_SERVICE): string {
  const header = {
    v: 1,
    alg: ALGORITHM,
    kdf: sealing.kdf,
    keyId: sealing.keyId,
    key: record.key,
    newer: record.newer
  } as const
  const iv = randomBytes(IV_LENGTH)
  const cipher = createCipheriv(ALGORITHM, sealing.key, iv, { authTagLength: TAG_LENGTH })
  cipher.setAAD(additionalData(header, service))
  const data = Buffer.concat([cipher.update(record.value, 'utf8'), cipher.final()])
  const envelope: Envelope = {
    ...header,
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64')
  }
  return serialise(envelope)
}

/**
 * Opens an envelope that `sealEnvelope` made for this record. Throws CREDENTIAL_UNREADABLE for anything else:
 * another version, algorithm, key, cost or service, the file of another record, or one changed bit. An older
 * copy of the same record opens: a file can't show that there was a newer one.
 */
export function openEnvelope(
  sealing: SealingKey,
  key: string,
  text: string,
  service: string = OWN_SERVICE
): Sealed {
  const envelope = parseEnvelope(text)
  if (envelope.key !== key || envelope.keyId !== sealing.keyId || !sameKdf(envelope.kdf, sealing.kdf)) {
    throw new VaultError('CREDENTIAL_UNREADABLE')
  }
  try {
    const iv = exactly(IV_LENGTH, envelope.iv)
    const decipher = createDecipheriv(ALGORITHM, sealing.key, iv, { authTagLength: TAG_LENGTH })
    decipher.setAAD(additionalData(envelope, service))
    decipher.setAuthTag(exactly(TAG_LENGTH, envelope.tag))
    const value = Buffer.concat([decipher.update(exactBytes(envelope.data)), decipher.final()])
    return { key, value: value.toString('utf8'), newer: envelope.newer }
  } catch (error) {
    throw new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
  }
}

/**
 * Parses the shape only; the content is not authenticated yet. Throws CREDENTIAL_UNREADABLE, also for another
 * spelling of the same envelope; its message tells if a newer Latchkey wrote it.
 */
export function parseEnvelope(text: string): Envelope {
  const json = parseJson(text)
  const parsed = v.safeParse(envelopeSchema, json)
  if (parsed.success && serialise(parsed.output) === text) return parsed.output
  throw v.is(newerSchema, json)
    ? new VaultError('CREDENTIAL_UNREADABLE', { message: NEWER })
    : new VaultError('CREDENTIAL_UNREADABLE')
}

/** True for an envelope of a newer Latchkey: it is neither read nor overwritten. */
export function isNewerEnvelope(text: string): boolean {
  return v.is(newerSchema, parseJson(text))
}

/** Returns the one spelling of an envelope, so that every changed byte of a file is noticed. */
function serialise({ v: version, alg, kdf, keyId, key, newer, iv, tag, data }: Envelope): string {
  const { name, n, r, p, salt } = kdf
  return JSON.stringify({ v: version, alg, kdf: { name, n, r, p, salt }, keyId, key, newer, iv, tag, data })
}

function additionalData(
  { v: version, alg, kdf, keyId, key, newer }: Omit<Envelope, 'iv' | 'tag' | 'data'>,
  service: string
): Buffer {
  const header = [version, alg, kdf.name, kdf.n, kdf.r, kdf.p, kdf.salt, keyId, key, newer]
  return Buffer.from(JSON.stringify(service === OWN_SERVICE ? header : [...header, service]))
}

function exactly(length: number, base64: string): Buffer {
  const bytes = exactBytes(base64)
  if (bytes.length !== length) throw new VaultError('CREDENTIAL_UNREADABLE')
  return bytes
}

/** Decodes base64. Base64 has spare bits at its end; a text that differs only in them is refused. */
function exactBytes(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('base64') !== base64) throw new VaultError('CREDENTIAL_UNREADABLE')
  return bytes
}

function sameKdf(one: Kdf, other: Kdf): boolean {
  return one.n === other.n && one.r === other.r && one.p === other.p && one.salt === other.salt
}
