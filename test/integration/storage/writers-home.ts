import { join } from 'node:path'
import { Secret } from '../../../src-main/core/secret.ts'
import { openCatalog } from '../../../src-main/storage/catalog/catalog.ts'
import { StoredCredentialRepository } from '../../../src-main/storage/repository/credential-repository.ts'
import { SecureStore } from '../../../src-main/storage/secure-store.ts'

/** The account that every writer writes to. */
export const SHARED = 'shared'

export const writerRef = (account: string): { service: string; account: string } => ({
  service: 'writers.example.net',
  account
})

/** Opens catalog and encrypted files as a vault has them. */
export async function openHome(
  home: string,
  warn: (sentence: string) => void
): Promise<StoredCredentialRepository> {
  const catalog = await openCatalog(join(home, 'catalog.db'))
  const store = new SecureStore('latchkey-writers', {
    fallbackDir: join(home, 'sealed'),
    keyDir: join(home, 'keys'),
    fallbackPolicy: 'allow',
    forceFiles: true,
    knownKeys: () => catalog.keys(),
    residence: (key) => catalog.backendOf(key)
  })
  return new StoredCredentialRepository({ store, catalog, clock: { now: () => new Date() }, warn })
}

/** The number that the credential of `account` holds. */
export async function numberIn(repository: StoredCredentialRepository, account: string): Promise<number> {
  const held = await repository.load(writerRef(account))
  return held?.kind === 'api-key' ? Number(held.key.expose((text) => text.slice('number-'.length))) : 0
}

export async function addOne(repository: StoredCredentialRepository, account: string): Promise<void> {
  const former = await numberIn(repository, account)
  await repository.save({
    kind: 'api-key',
    ref: writerRef(account),
    name: 'Writers',
    key: new Secret(`number-${former + 1}`),
    allowedHosts: [],
    expiry: { kind: 'never' },
    obtainedAt: new Date(0),
    rotation: null
  })
}
