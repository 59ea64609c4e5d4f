import { join } from 'node:path'
import type { PassphraseLock } from '../store/credential-store.ts'
import { VaultError } from '#shared/problem.ts'
import { sweepTemporaryFiles } from '../files/atomic-file.ts'
import type { SealingKey } from './envelope.ts'
import { openMachineKey, protectKey, readKeyRecord } from './machine-key.ts'
import { openKeyRecord } from './machine-key-record.ts'
import type { HeldKey } from './machine-key-record.ts'
import type { StoreLock } from '../store/store-lock.ts'

const KEY_FILE = 'machine-key.json'

export type KeyHolder = PassphraseLock & {
  /** Returns the key. Throws VAULT_LOCKED, CREDENTIAL_UNREADABLE and STORE_WRITE_FAILED. */
  sealingKey(): Promise<SealingKey>
}

type KeyOptions = { readonly keyDir: string; readonly protection?: 'machine' | 'passphrase' }
type Ports = { readonly lock: StoreLock; readonly hasNoFiles: () => Promise<boolean> }

/** Holds the store's key from its first use to `lock`. */
export function keyHolder(
  { keyDir, protection = 'machine' }: KeyOptions,
  { lock, hasNoFiles }: Ports
): KeyHolder {
  const path = join(keyDir, KEY_FILE)
  let held: Promise<HeldKey> | null = null

  /** Holds an opening key. After a failure the next caller tries again. */
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
      if (kind === 'none' && protection === 'machine') return (await hasNoFiles()) ? 'machine' : missing()
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
