import { createSecretKey, randomBytes, scrypt } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { dirname } from 'node:path'
import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import { createFileAtomic } from './atomic-file.ts'
import { kdfSchema, openEnvelope, parseJson, sealEnvelope } from './envelope.ts'
import type { Kdf, SealingKey } from './envelope.ts'
import { ensurePrivateDir, readPrivateFile } from './private-files.ts'

/**
 * The store's record of its key. `machine`: the secret lies in it, so whoever can read this folder can open the files.
 * A passphrase is to become a second kind, without a secret; `check` already lets a wrong one be told from a broken
 * file.
 */
const keyRecordSchema = v.strictObject({
  v: v.literal(1),
  kind: v.literal('machine'),
  keyId: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  kdf: kdfSchema,
  secret: v.pipe(v.string(), v.base64(), v.length(44)),
  check: v.string()
})
type KeyRecord = v.InferOutput<typeof keyRecordSchema>

const CHECK = 'latchkey key check'
/** 32 random bytes need no stretching; scrypt runs at its lowest cost so that a passphrase can take their place. */
const machineCost = { name: 'scrypt', n: 2 ** 14, r: 8, p: 1 } as const

/**
 * Derives the key that lies in `path`; the first time, if `mayCreate` says so, makes it from a random secret.
 * Null: there is none and none may be made. Throws CREDENTIAL_UNREADABLE if it can't be read or was changed, and
 * STORE_WRITE_FAILED.
 */
export async function openMachineKey(
  path: string,
  mayCreate: () => Promise<boolean>
): Promise<SealingKey | null> {
  const found = await readPrivateFile(path)
  if (found !== null) return fromRecord(found)
  if (!(await mayCreate())) return null
  await ensurePrivateDir(dirname(path))
  const { sealing, text } = await newRecord()
  if (await createFileAtomic(path, text)) return sealing
  // Another process was first; what lies there counts.
  const made = await readPrivateFile(path)
  return made === null ? null : fromRecord(made)
}

async function newRecord(): Promise<{ sealing: SealingKey; text: string }> {
  const secret = randomBytes(32)
  const kdf: Kdf = { ...machineCost, salt: randomBytes(32).toString('base64') }
  const keyId = randomBytes(16).toString('hex')
  const sealing = { key: await derive(secret, kdf), keyId, kdf }
  const check = sealEnvelope(sealing, { key: CHECK, value: '', newer: false })
  const record: KeyRecord = { v: 1, kind: 'machine', keyId, kdf, secret: secret.toString('base64'), check }
  return { sealing, text: JSON.stringify(record) }
}

async function fromRecord(text: string): Promise<SealingKey> {
  const parsed = v.safeParse(keyRecordSchema, parseJson(text))
  if (!parsed.success) throw unreadableKey()
  const { kdf, keyId, secret, check } = parsed.output
  const sealing = { key: await derive(Buffer.from(secret, 'base64'), kdf), keyId, kdf }
  try {
    openEnvelope(sealing, CHECK, check)
  } catch {
    throw unreadableKey()
  }
  return sealing
}

function derive(secret: Buffer, { n, r, p, salt }: Kdf): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    const cost = { N: n, r, p, maxmem: 256 * n * r }
    scrypt(secret, Buffer.from(salt, 'base64'), 32, cost, (error, bytes) => {
      if (error) return reject(new VaultError('INTERNAL', { cause: error }))
      resolve(createSecretKey(bytes))
      bytes.fill(0)
    })
  })
}

function unreadableKey(): VaultError {
  return new VaultError('CREDENTIAL_UNREADABLE', {
    message: 'The key of the encrypted files can’t be read. The files were left untouched; restore the key.'
  })
}
