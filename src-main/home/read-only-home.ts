import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../core/secret.ts'
import { basisOf } from './closed-home.ts'
import { readCatalogFile } from '../storage/doctor/doctor-catalog.ts'
import { StoredRecords } from '../storage/repository/stored-records.ts'
import { openStore, type StoragePorts } from './open-store.ts'
import { homeLayout } from './home-layout.ts'

/**
 * The list and the records of a home that can not be written, unchanged: nothing is settled, migrated or
 * locked. Throws CREDENTIAL_UNREADABLE if the catalog can't be read, and CONFIG_INVALID.
 */
export async function openReadOnlyHome(ports: StoragePorts) {
  const file = await readCatalogFile(homeLayout(ports.config.home).catalog)
  const store = await openStore(
    ports,
    basisOf(() => file)
  )
  const records = new StoredRecords({ store, warn: ports.warn })
  return {
    list: () => [...(file?.entries ?? [])],
    /** Throws CREDENTIAL_UNREADABLE also for a missing record. */
    current: async (ref: CredentialRef) => {
      const found = await records.read(ref, file?.savedAt(credentialKey(ref)) ?? null)
      if (found === null) throw new VaultError('CREDENTIAL_UNREADABLE')
      return found.credential
    },
    isLocked: async () => (await store.passphrase?.protection()) === 'locked',
    /** Throws VAULT_LOCKED if the passphrase is wrong. */
    unlock: async (passphrase: Secret) => await store.passphrase?.unlock(passphrase),
    close: () => store.close()
  }
}
