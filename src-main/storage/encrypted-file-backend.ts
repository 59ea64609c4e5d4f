import { join } from 'node:path'
import type { SecretBackend } from '../core/ports.ts'
import { VaultError } from '#shared/problem.ts'
import { listNames, removeFile, sweepTemporaryFiles, writeFileAtomic } from './atomic-file.ts'
import { openEnvelope, parseEnvelope, sealEnvelope } from './envelope.ts'
import type { SealingKey } from './envelope.ts'
import { openMachineKey } from './machine-key.ts'
import { ensurePrivateDir, readPrivateFile } from './private-files.ts'
import { assertStorableKey, assertStorableValue, keyOfSafeName, safeName } from './safe-name.ts'

const EXTENSION = '.enc'
const MAX_NAME = 180
const KEY_FILE = 'machine-key.json'

export type EncryptedFileOptions = {
  /** One `{key}.enc` per key lies here. */
  readonly dir: string
  /** Folder of the key, apart from the files, so that a copy of the files alone opens nothing. */
  readonly keyDir: string
}
export type FileRecord = { readonly value: string; readonly newer: boolean }

export type EncryptedFileBackend = SecretBackend & {
  /** As `get`, and whether the record was written while the keychain could not be reached. */
  read(key: string): Promise<FileRecord | null>
  write(key: string, record: FileRecord): Promise<void>
  /** At start: removes what killed processes left half written. */
  tidy(): Promise<void>
}

/**
 * Secrets in files sealed with AES-256-GCM under a random key of this machine. Files that can't be opened stay where
 * they are: CREDENTIAL_UNREADABLE. Files without their key never make a new key.
 */
export function createEncryptedFileBackend({ dir, keyDir }: EncryptedFileOptions): EncryptedFileBackend {
  const pathOf = (key: string): string => join(dir, safeName(key, MAX_NAME) + EXTENSION)
  let sealing: Promise<SealingKey> | null = null
  let ready: Promise<void> | null = null

  /** Once per process; after a failure the next caller tries again. */
  function sealingKey(): Promise<SealingKey> {
    sealing ??= openKey().catch((error: unknown) => {
      sealing = null
      throw error
    })
    return sealing
  }

  async function openKey(): Promise<SealingKey> {
    await sweepTemporaryFiles(keyDir)
    const key = await openMachineKey(
      join(keyDir, KEY_FILE),
      async () => (await encryptedNames(dir)).length === 0
    )
    if (key) return key
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message:
        'There are encrypted files but their key is missing. They were left untouched; restore the key.'
    })
  }

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
    return file === null ? null : openEnvelope(await sealingKey(), key, file)
  }

  async function write(key: string, record: FileRecord): Promise<void> {
    assertStorableKey(key)
    assertStorableValue(record.value)
    await ensurePrivateDir(dir)
    await prepare()
    await writeFileAtomic(pathOf(key), sealEnvelope(await sealingKey(), { key, ...record }))
  }

  return {
    id: 'encrypted-file',
    read,
    write,
    tidy: async () => {
      await prepare()
      await sweepTemporaryFiles(keyDir)
    },
    get: async (key) => (await read(key))?.value ?? null,
    set: (key, value) => write(key, { value, newer: false }),
    delete: async (key) => {
      assertStorableKey(key)
      await prepare()
      return removeFile(pathOf(key))
    },
    list: async () => {
      const keys = await Promise.all((await encryptedNames(dir)).map((name) => keyOfFile(dir, name)))
      return keys.filter((key) => key !== null).toSorted()
    }
  }
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
