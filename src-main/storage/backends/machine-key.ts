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

/** Whether files may be given a key: not if there are files already, which would then never open again. */
type MayCreate = () => Promise<boolean>

/** Null: there is no key file. Throws CREDENTIAL_UNREADABLE. */
export async function readKeyRecord(path: string): Promise<KeyRecord | null> {
  assertOwnDir(dirname(path))
  const text = await readPrivateFile(path)
  return text === null ? null : parseKeyRecord(text)
}

/**
 * The key that lies in `path`; the first time, if `mayCreate` says so, made at random and kept there in clear.
 * Null: there is none and none may be made. Throws VAULT_LOCKED if it is under a passphrase, CREDENTIAL_UNREADABLE if
 * it can't be read or was changed, and STORE_WRITE_FAILED.
 */
export async function openMachineKey(path: string, mayCreate: MayCreate): Promise<HeldKey | null> {
  const found = await readKeyRecord(path)
  if (found) return openKeyRecord(found, null)
  if (!(await mayCreate())) return null
  await ensurePrivateDir(dirname(path))
  const key = await newHeldKey()
  if (await createFileAtomic(path, machineRecord(key))) return key
  // Another process was first; what lies there counts.
  key.forget()
  const made = await readKeyRecord(path)
  return made && openKeyRecord(made, null)
}

/**
 * Puts the key in `path` under `next`: one file is replaced whole, and no secret is sealed again, so that a crash
 * leaves the old passphrase or the new one. Without a key, one is made if `mayCreate` says so. `current` is the
 * passphrase until now; null for a key that has none. Null: there is no key and none may be made.
 * Throws VAULT_LOCKED if `current` is not right, CREDENTIAL_UNREADABLE and STORE_WRITE_FAILED.
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
