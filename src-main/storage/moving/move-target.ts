import { randomBytes } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'
import type { StoreTarget } from '#shared/stores.ts'
import { Secret } from '../../core/secret.ts'
import type { BackendConfig } from '../backends/backend-config.ts'
import type { CredentialStore } from '../store/credential-store.ts'

export function isUnderPassphrase(settings: BackendConfig): boolean {
  return settings.type === 'encrypted-file' && settings.protection === 'passphrase'
}

/** Returns the configuration of the wanted store. */
export function settingsOf(wanted: StoreTarget): BackendConfig {
  if (wanted.type !== 'encrypted-file') return wanted
  return { type: 'encrypted-file', protection: wanted.passphrase === null ? 'machine' : 'passphrase' }
}

export function passphraseOf(wanted: StoreTarget): Secret | null {
  return wanted.type === 'encrypted-file' && wanted.passphrase !== null ? new Secret(wanted.passphrase) : null
}

/** Opens encrypted files, or puts them under the passphrase if they have no key yet. Throws VAULT_LOCKED. */
export async function unlockTarget(
  { passphrase: files }: CredentialStore,
  passphrase: Secret | null
): Promise<void> {
  const protection = (await files?.protection()) ?? null
  if (!files || protection === null) return
  if (passphrase === null && protection === 'locked') {
    throw new VaultError('VAULT_LOCKED', {
      message: 'The encrypted files are under a passphrase. Enter it to go on.'
    })
  }
  if (passphrase === null || protection === 'unlocked') return
  if (protection === 'locked') await files.unlock(passphrase)
  else await files.protect({ current: null, next: passphrase })
}

/**
 * Checks that a store writes, reads and deletes a value before a move to it. Throws the errors of the store,
 * and STORE_WRITE_FAILED for a value that did not come back.
 */
export async function tryOut(target: CredentialStore): Promise<void> {
  const key = `__latchkey_probe__${randomBytes(8).toString('hex')}`
  const value = randomBytes(16).toString('hex')
  await target.put(key, value)
  const found = await target.read(key)
  await target.delete(key)
  if (found?.value !== value) {
    throw new VaultError('STORE_WRITE_FAILED', {
      message: 'The new store did not return what was written. Nothing was changed.'
    })
  }
}
