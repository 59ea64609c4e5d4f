import { createHash, createSecretKey, randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../../core/secret.ts'
import { kdfSchema, openEnvelope, sealEnvelope, type Kdf, type SealingKey } from './envelope.ts'
import {
  base64,
  unwrapSecret,
  wrapSchema,
  wrapSecret,
  KEY_LENGTH,
  kdfFields,
  stretch
} from './passphrase-wrap.ts'
import { parseJson } from '../files/json-text.ts'

const CHECK = 'latchkey key check'
/** The secret is 32 random bytes and needs no stretching, so scrypt runs at its lowest cost. */
const recordCost = { name: 'scrypt', n: 2 ** 14, r: 8, p: 1 } as const

const common = {
  v: v.literal(1),
  keyId: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  /** Parameters that turn the secret into the files' key. */
  kdf: kdfSchema,
  check: v.pipe(v.string(), v.maxLength(2000))
}
const recordSchema = v.variant('kind', [
  v.strictObject({ ...common, kind: v.literal('machine'), secret: base64(KEY_LENGTH) }),
  v.strictObject({
    ...common,
    kind: v.literal('passphrase'),
    wrap: wrapSchema,
    /** SHA-256 of the other fields, so that damage can be told from a wrong passphrase. */
    digest: base64(32)
  })
])

/**
 * The stored form of the store's key. `machine`: contains the secret in clear, so anyone who can read this
 * folder can open the files. `passphrase`: contains the same kind of secret, wrapped; the files do not depend
 * on the passphrase.
 */
export type KeyRecord = v.InferOutput<typeof recordSchema>
type PassphraseRecord = Extract<KeyRecord, { kind: 'passphrase' }>

/** A key in memory until `forget`, which zeroes it; after that every use throws VAULT_LOCKED. */
export type HeldKey = {
  readonly sealing: SealingKey
  /** Calls `use` with the secret the key is made from. */
  withSecret<T>(use: (secret: Buffer) => T): T
  forget(): void
}

/** Parses a record. Throws CREDENTIAL_UNREADABLE unless it is whole. */
export function parseKeyRecord(text: string): KeyRecord {
  const parsed = v.safeParse(recordSchema, parseJson(text))
  if (!parsed.success) throw unreadableKey()
  const record = parsed.output
  if (record.kind === 'passphrase' && digestOf(record) !== record.digest) throw unreadableKey()
  return record
}

/** Makes a new key, which is only in memory until one of the two records below is written. */
export function newHeldKey(): Promise<HeldKey> {
  const kdf: Kdf = { ...recordCost, salt: randomBytes(KEY_LENGTH).toString('base64') }
  return holdKey(randomBytes(KEY_LENGTH), randomBytes(16).toString('hex'), kdf)
}

export function machineRecord(key: HeldKey): string {
  const { keyId, kdf } = key.sealing
  const secret = key.withSecret((bytes) => bytes.toString('base64'))
  return JSON.stringify({
    v: 1,
    kind: 'machine',
    keyId,
    kdf,
    secret,
    check: checkOf(key)
  } satisfies KeyRecord)
}

/** Returns the record of a key under a passphrase, with a new salt. */
export async function passphraseRecord(key: HeldKey, passphrase: Secret): Promise<string> {
  const { keyId, kdf } = key.sealing
  const wrap = await wrapSecret((use) => key.withSecret(use), passphrase, key.sealing)
  const record = { v: 1, kind: 'passphrase', keyId, kdf, check: checkOf(key), wrap } as const
  return JSON.stringify({ ...record, digest: digestOf(record) } satisfies KeyRecord)
}

/**
 * Opens the key of a record. Throws VAULT_LOCKED if it needs a passphrase and none or a wrong one is given,
 * and CREDENTIAL_UNREADABLE if it was changed.
 */
export async function openKeyRecord(record: KeyRecord, passphrase: Secret | null): Promise<HeldKey> {
  const secret =
    record.kind === 'machine'
      ? Buffer.from(record.secret, 'base64')
      : await unwrapSecret(record.wrap, passphrase, record)
  const key = await holdKey(secret, record.keyId, record.kdf)
  try {
    openEnvelope(key.sealing, CHECK, record.check)
    return key
  } catch {
    key.forget()
    throw unreadableKey()
  }
}

async function holdKey(secret: Buffer, keyId: string, kdf: Kdf): Promise<HeldKey> {
  const bytes = await stretch(Buffer.from(secret), kdf)
  let held = true
  const check = (): void => {
    if (!held) throw new VaultError('VAULT_LOCKED')
  }
  return {
    sealing: {
      keyId,
      kdf,
      get key() {
        check()
        return createSecretKey(bytes)
      }
    },
    withSecret: (use) => {
      check()
      return use(secret)
    },
    forget: () => {
      held = false
      bytes.fill(0)
      secret.fill(0)
    }
  }
}

function checkOf(key: HeldKey): string {
  return sealEnvelope(key.sealing, { key: CHECK, value: '', newer: false })
}

function digestOf({ keyId, kdf, check, wrap }: Omit<PassphraseRecord, 'digest'>): string {
  const fields = [
    1,
    'passphrase',
    keyId,
    kdfFields(kdf),
    check,
    kdfFields(wrap.kdf),
    wrap.iv,
    wrap.tag,
    wrap.data
  ]
  return createHash('sha256').update(JSON.stringify(fields)).digest('base64')
}

function unreadableKey(): VaultError {
  return new VaultError('CREDENTIAL_UNREADABLE', {
    message: 'The key of the encrypted files can’t be read. The files were left untouched; restore the key.'
  })
}
