import { accessSync, constants, existsSync } from 'node:fs'
import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { basisOf } from './closed-home.ts'
import { readCatalogFile } from '../storage/doctor/doctor-catalog.ts'
import { StoredRecords } from '../storage/repository/stored-records.ts'
import { doorOf } from './open-home.ts'
import { openStore, type StoragePorts } from './open-store.ts'
import { homeLayout } from './home-layout.ts'

/** True for a home that is there and takes no changes: a backup, a file system that was mounted read only. */
export function isReadOnly(home: string): boolean {
  if (!existsSync(home)) return false
  const { catalog } = homeLayout(home)
  try {
    for (const path of [home, catalog]) if (existsSync(path)) accessSync(path, constants.W_OK)
    return false
  } catch {
    return true
  }
}

/**
 * The list and the records of a home that can not be written, as they are: nothing is settled, migrated or locked. Throws
 * CREDENTIAL_UNREADABLE for a list that can't be read, CONFIG_INVALID.
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
    /** Throws CREDENTIAL_UNREADABLE also for a record that is not there. */
    current: async (ref: CredentialRef) => {
      const found = await records.read(ref, file?.savedAt(credentialKey(ref)) ?? null)
      if (found === null) throw new VaultError('CREDENTIAL_UNREADABLE')
      return found.credential
    },
    ...doorOf(store),
    close: () => store.close()
  }
}
