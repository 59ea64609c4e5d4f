import { dirname } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../../core/secret.ts'
import { createFileAtomic, writeFileAtomic } from '../files/atomic-file.ts'
import {
  machineRecord,
  newHeldKey,
  openKeyRecord,
  parseKeyRecord,
  passphraseRecord
} from './machine-key-record.ts'
import type { HeldKey, KeyRecord } from './machine-key-record.ts'
import { assertOwnDir, ensurePrivateDir, readPrivateFile } from '../files/private-files.ts'

/** Whether a new key may be made: only if there are no files yet, because they would never open again. */
type MayCreate = () => Promise<boolean>

/** Reads the key file. Throws CREDENTIAL_UNREADABLE. Null: there is no key file. */
export async function readKeyRecord(path: string): Promise<KeyRecord | null> {
  assertOwnDir(dirname(path))
  const text = await readPrivateFile(path)
  return text === null ? null : parseKeyRecord(text)
}

/**
 * Opens the key in `path`. If there is none and `mayCreate` allows it, a random key is made and stored there
 * in clear. Throws VAULT_LOCKED if it is under a passphrase, CREDENTIAL_UNREADABLE if it can't be read or was
 * changed, and STORE_WRITE_FAILED. Null: there is no key and none may be made.
 */
export async function openMachineKey(path: string, mayCreate: MayCreate): Promise<HeldKey | null> {
  const found = await readKeyRecord(path)
  if (found) return openKeyRecord(found, null)
  if (!(await mayCreate())) return null
  await ensurePrivateDir(dirname(path))
  const key = await newHeldKey()
  if (await createFileAtomic(path, machineRecord(key))) return key
  // Another process made its key first, and that key is used.
  key.forget()
  const made = await readKeyRecord(path)
  return made && openKeyRecord(made, null)
}

/**
 * Puts the key in `path` under `next`. One file is replaced whole and secrets are not sealed again, so that a
 * crash leaves the old passphrase or the new one. If there is no key and `mayCreate` allows it, one is made.
 * `current` is the passphrase so far; null for a key that has none. Throws VAULT_LOCKED if `current` is
 * wrong, CREDENTIAL_UNREADABLE and STORE_WRITE_FAILED. Null: there is no key and none may be made.
 */
export async function protectKey(
  path: string,
  passphrases: { readonly current: Secret | null; readonly next: Secret },
  mayCreate: MayCreate
): Promise<HeldKey | null> {
  const found = await readKeyRecord(path)
  if (!found && !(await mayCreate())) return null
  await ensurePrivateDir(dirname(path))
  const key = found ? await openKeyRecord(found, passphrases.current) : await newHeldKey()
  try {
    const text = await passphraseRecord(key, passphrases.next)
    if (found) await writeFileAtomic(path, text)
    else if (!(await createFileAtomic(path, text))) {
      throw new VaultError('STORE_WRITE_FAILED', {
        message: 'Another Latchkey process made the key first. Unlock the store with its passphrase.'
      })
    }
    return key
  } catch (error) {
    key.forget()
    throw error
  }
}
