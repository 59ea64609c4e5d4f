import { join } from 'node:path'
import type { CatalogEntry } from '../../core/credential-record.ts'
import type { Secret } from '../../core/secret.ts'
import { openCatalog } from '../catalog/catalog.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { StoredCredentialRepository } from '../repository/credential-repository.ts'
import type { ViewPorts } from './named-entries.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { SecureStore } from '../secure-store.ts'
import { createMemoryKeychain } from '../storage.testkit.ts'
import type { MemoryKeychain } from '../storage.testkit.ts'

export type ViewWorld = {
  readonly dir: string
  readonly keychain: MemoryKeychain
  readonly catalog: Catalog
  readonly repository: StoredCredentialRepository
  readonly ports: ViewPorts
  /** Time of the views' clock. */
  readonly time: { now: Date }
  readonly entries: () => readonly CatalogEntry[]
}

type WorldOptions = {
  readonly keychain?: 'works' | 'absent'
  readonly files?: 'allow' | 'deny'
}

/** A real repository over real files and a keychain in memory. */
export async function viewWorld({
  keychain = 'works',
  files = 'deny'
}: WorldOptions = {}): Promise<ViewWorld> {
  const dir = await temporaryDir()
  const adapter = createMemoryKeychain({ enumerable: false })
  const catalog = await openCatalog(join(dir, 'catalog.db'))
  const time = { now: new Date('2026-11-21T10:00:00.000Z') }
  const clock = { now: () => time.now }
  const store = new SecureStore('test', {
    fallbackDir: join(dir, 'sealed'),
    fallbackPolicy: files,
    keychainLoader: async () => (keychain === 'works' ? adapter : null),
    knownKeys: () => catalog.keys(),
    residence: (name) => catalog.backendOf(name),
    deadlines: { probeMs: 200, callMs: 200 }
  })
  const repository = new StoredCredentialRepository({ store, catalog, clock })
  const ports: ViewPorts = { repository, clock, exclusively: (_ref, task) => task() }
  return { dir, keychain: adapter, catalog, repository, ports, time, entries: () => repository.list() }
}

export const textOf = (secret: Secret | null): string | null => secret?.expose((text) => text) ?? null
