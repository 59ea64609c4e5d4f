import { join } from 'node:path'
import type { SecretBackend } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import { VaultError } from '#shared/problem.ts'
import { listNames, removeFile, sweepTemporaryFiles, writeFileAtomic } from './atomic-file.ts'
import { openEnvelope, parseEnvelope, sealEnvelope } from './envelope.ts'
import type { SealingKey } from './envelope.ts'
import { openMachineKey, protectKey, readKeyRecord } from './machine-key.ts'
import { openKeyRecord } from './machine-key-record.ts'
import type { HeldKey } from './machine-key-record.ts'
import { ensurePrivateDir, isAbsent, readPrivateFile } from './private-files.ts'
import { assertStorableKey, assertStorableValue, keyOfSafeName, safeName } from './safe-name.ts'
import { StoreLock } from './store-lock.ts'

const EXTENSION = '.enc'
const MAX_NAME = 180
const KEY_FILE = 'machine-key.json'

export type EncryptedFileOptions = {
  /** One `{key}.enc` per key lies here. */
  readonly dir: string
  /** Folder of the key, apart from the files, so that a copy of the files alone opens nothing. */
  readonly keyDir: string
  /**
   * `machine` (default): a key is made by itself and lies in `keyDir` in clear, for which the person has to have
   * consented. `passphrase`: nothing is stored before `protect`, or opened before `unlock`.
   */
  readonly protection?: 'machine' | 'passphrase'
  /** Default: one over `<keyDir>/.locks`, which every process that uses the store shares. */
  readonly lock?: StoreLock
}
export type Protection = 'none' | 'machine' | 'locked' | 'unlocked'
export type FileRecord = { readonly value: string; readonly newer: boolean }

export type EncryptedFileBackend = SecretBackend & {
  /** As `get`, and whether the record was written while the keychain could not be reached. */
  read(key: string): Promise<FileRecord | null>
  write(key: string, record: FileRecord): Promise<void>
  /** At start: removes what killed processes left half written. */
  tidy(): Promise<void>
  /** `none`: there is no key yet. Throws CREDENTIAL_UNREADABLE if there is one that can't be read. */
  protection(): Promise<Protection>
  /**
   * Opens the store until `lock`. Throws VAULT_LOCKED, with the reason in words, if the passphrase is not right or
   * none was ever set, and CREDENTIAL_UNREADABLE if the key file is damaged.
   */
  unlock(passphrase: Secret): Promise<void>
  /** Forgets the key and zeroes it: from now on VAULT_LOCKED. A machine's key is read again when it is needed. */
  lock(): void
  /**
   * Sets a passphrase, or changes it: `current` is the one until now, null if there is none. The store is open
   * afterwards. Throws as `unlock`, and STORE_WRITE_FAILED with the old passphrase still valid.
   */
  protect(passphrases: { readonly current: Secret | null; readonly next: Secret }): Promise<void>
}

/**
 * Secrets in files sealed with AES-256-GCM under a random key of this machine. Files that can't be opened stay where
 * they are: CREDENTIAL_UNREADABLE. Files without their key never make a new key.
 */
export function createEncryptedFileBackend(options: EncryptedFileOptions): EncryptedFileBackend {
  const { dir, lock = new StoreLock({ dir: join(options.keyDir, '.locks') }) } = options
  const pathOf = (key: string): string => join(dir, encryptedName(key))
  const held = keyHolder(options, lock)
  let ready: Promise<void> | null = null

  /** The sweep of an earlier process's half-written files, before the first touch. */
  function prepare(): Promise<void> {
    ready ??= sweepTemporaryFiles(dir).then(
      () => undefined,
      (error: unknown) => {
        ready = null
        throw error
      }
    )
    return ready
  }

  async function read(key: string): Promise<FileRecord | null> {
    assertStorableKey(key)
    await prepare()
    const file = await readPrivateFile(pathOf(key))
    return file === null ? null : openEnvelope(await held.sealingKey(), key, file)
  }

  async function write(key: string, record: FileRecord): Promise<void> {
    assertStorableKey(key)
    assertStorableValue(record.value)
    await ensurePrivateDir(dir)
    await prepare()
    const sealing = await held.sealingKey()
    await lock.exclusive(key, () => writeFileAtomic(pathOf(key), sealEnvelope(sealing, { key, ...record })))
  }

  return {
    id: 'encrypted-file',
    read,
    write,
    tidy: async () => {
      await prepare()
      await sweepTemporaryFiles(options.keyDir)
    },
    protection: held.protection,
    unlock: held.unlock,
    lock: held.lock,
    protect: held.protect,
    get: async (key) => (await read(key))?.value ?? null,
    set: (key, value) => write(key, { value, newer: false }),
    delete: async (key) => {
      assertStorableKey(key)
      await prepare()
      if (isAbsent(pathOf(key))) return false
      if (!(await encryptedNames(dir)).some((name) => join(dir, name) === pathOf(key))) return false
      return lock.exclusive(key, () => removeFile(pathOf(key)))
    },
    list: async () => {
      const keys = await Promise.all((await encryptedNames(dir)).map((name) => keyOfFile(dir, name)))
      return keys.filter((key) => key !== null).toSorted()
    }
  }
}

/** Name of the file of a key. */
export function encryptedName(key: string): string {
  return safeName(key, MAX_NAME) + EXTENSION
}

type KeyHolder = Pick<EncryptedFileBackend, 'protection' | 'unlock' | 'lock' | 'protect'> & {
  sealingKey(): Promise<SealingKey>
}

/** The store's key, from the first use of it to `lock`. */
function keyHolder(
  { dir, keyDir, protection = 'machine' }: EncryptedFileOptions,
  lock: StoreLock
): KeyHolder {
  const path = join(keyDir, KEY_FILE)
  const hasNoFiles = async (): Promise<boolean> => (await encryptedNames(dir)).length === 0
  let held: Promise<HeldKey> | null = null

  /** After a failure the next caller tries again. */
  function hold(opening: Promise<HeldKey>): Promise<HeldKey> {
    held = opening
    opening.catch(() => {
      if (held === opening) held = null
    })
    return opening
  }
  async function open(): Promise<HeldKey> {
    await sweepTemporaryFiles(keyDir)
    const found = await readKeyRecord(path)
    if (!found && protection === 'passphrase' && (await hasNoFiles())) throw noPassphrase()
    return (await openMachineKey(path, hasNoFiles)) ?? missing()
  }
  async function replace(key: HeldKey): Promise<void> {
    forget()
    await hold(Promise.resolve(key))
  }
  function forget(): void {
    held?.then(
      (key) => key.forget(),
      () => undefined
    )
    held = null
  }
  return {
    sealingKey: async () => (await (held ?? hold(open()))).sealing,
    protection: async () => {
      const kind = (await readKeyRecord(path))?.kind ?? 'none'
      return kind === 'passphrase' ? (held ? 'unlocked' : 'locked') : kind
    },
    unlock: async (passphrase) => {
      const record = await readKeyRecord(path)
      if (!record) throw (await hasNoFiles()) ? noPassphrase() : missingKey()
      await replace(await openKeyRecord(record, passphrase))
    },
    lock: forget,
    protect: (passphrases) =>
      lock.exclusive(KEY_FILE, async () =>
        replace((await protectKey(path, passphrases, hasNoFiles)) ?? missing())
      )
  }
}

function noPassphrase(): VaultError {
  return new VaultError('VAULT_LOCKED', {
    message: 'The encrypted files have no passphrase yet. Set one first.'
  })
}

function missing(): never {
  throw missingKey()
}

function missingKey(): VaultError {
  return new VaultError('CREDENTIAL_UNREADABLE', {
    message: 'There are encrypted files but their key is missing. They were left untouched; restore the key.'
  })
}

async function encryptedNames(dir: string): Promise<string[]> {
  return (await listNames(dir)).filter((name) => name.endsWith(EXTENSION))
}

/** From the name; from inside the file if the name was cut. Null: a file of somebody else's, or a broken one. */
async function keyOfFile(dir: string, name: string): Promise<string | null> {
  const fromName = keyOfSafeName(name.slice(0, -EXTENSION.length))
  if (fromName !== null) return fromName
  try {
    const file = await readPrivateFile(join(dir, name))
    const key = file === null ? null : parseEnvelope(file).key
    return key !== null && safeName(key, MAX_NAME) + EXTENSION === name ? key : null
  } catch {
    return null
  }
}
