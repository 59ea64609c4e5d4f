import { join } from 'node:path'
import { expect, test } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { openCatalog } from '../catalog/catalog.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { StoredCredentialRepository } from './credential-repository.ts'
import type { CredentialStore, StoredValue } from '../store/credential-store.ts'
import { SecureStore } from '../secure-store.ts'
import { createMemoryKeychain, exampleGrant, exampleRef } from '../storage.testkit.ts'
import { encodeCredential } from '../records/credential-codec.ts'

const key = credentialKey(exampleRef)
const item = `${key}.test`

/** A repository over a keychain in memory; `change` wraps its catalog. */
async function makeRepository(change: (catalog: Catalog) => Catalog = (catalog) => catalog) {
  const path = join(await temporaryDir(), 'catalog.db')
  const adapter = createMemoryKeychain({ enumerable: false })
  const time = { at: new Date('2026-11-20T12:00:00.000Z') }
  const catalog = await openCatalog(path)
  const keychain = new SecureStore('test', { keychainLoader: async () => adapter })
  const place: { backend: StoredValue['backend'] } = { backend: 'keychain' }
  const way: { meanwhile: (() => void) | null } = { meanwhile: null }
  const store: CredentialStore = {
    id: keychain.id,
    put: (name, value) => keychain.put(name, value),
    read: async (name) => {
      const found = await keychain.read(name)
      way.meanwhile?.()
      return found && { ...found, ...place }
    },
    delete: (name) => keychain.delete(name),
    list: () => keychain.list(),
    find: () => keychain.find(),
    health: () => keychain.health(),
    tidy: () => keychain.tidy(),
    close: () => keychain.close()
  }
  const clock = { now: () => time.at }
  const repository = new StoredCredentialRepository({ store, catalog: change(catalog), clock })
  await repository.save(exampleGrant())
  // At the second load the record is known and agrees with its row.
  for (let time = 0; time < 2; time += 1) await repository.load(exampleRef)
  return { repository, catalog, adapter, path, time, place, way }
}

test('A row that another process has changed beside a known record follows the record again', async () => {
  const { repository, path } = await makeRepository()
  const right = repository.find(exampleRef)
  expect(right).toMatchObject({ name: 'Example', scopesGranted: ['openid'] })
  const other = await openCatalog(path)
  const row = other.find(exampleRef)
  if (!row) throw new Error('The other process sees no row.')
  other.put({ ...row, name: 'Another', scopesGranted: ['openid', 'profile'] })
  expect(repository.find(exampleRef)).toMatchObject({ name: 'Another' })
  await repository.load(exampleRef)
  expect(repository.find(exampleRef)).toEqual(right)
})

test('A known copy that was put back is older than what was stored since, and is refused', async () => {
  const { repository, adapter, time } = await makeRepository()
  const known = adapter.items.get(item) ?? ''
  time.at = new Date('2026-11-20T13:00:00.000Z')
  await repository.save(exampleGrant({ access: 'access-token-2' }))
  adapter.items.set(item, known)
  await expect(repository.load(exampleRef)).rejects.toThrow(/older than the one Latchkey stored last/)
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})

test('A record that was unreadable for a while is well again as soon as the known text is back', async () => {
  const { repository, adapter } = await makeRepository()
  const known = adapter.items.get(item) ?? ''
  adapter.items.set(item, 'nonsense')
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(repository.find(exampleRef)?.health).toMatchObject({ kind: 'unreadable' })
  adapter.items.set(item, known)
  expect(await repository.load(exampleRef)).toEqual(exampleGrant())
  expect(repository.find(exampleRef)?.health).toEqual({ kind: 'ok' })
})

test('A known record that is elsewhere now is listed there', async () => {
  const { repository, place } = await makeRepository()
  place.backend = 'encrypted-file'
  await repository.load(exampleRef)
  expect(repository.find(exampleRef)).toMatchObject({ backend: 'encrypted-file' })
  place.backend = 'keychain'
  await repository.load(exampleRef)
  expect(repository.find(exampleRef)).toMatchObject({ backend: 'keychain' })
})

test('A row that could not follow its record follows it at the next read', async () => {
  let isFull = false
  const { repository, adapter } = await makeRepository((catalog) => ({
    ...catalog,
    put: (...entry) => {
      if (isFull) throw new VaultError('STORE_WRITE_FAILED')
      catalog.put(...entry)
    }
  }))
  const later = new Date('2026-11-20T14:00:00.000Z')
  adapter.items.set(item, encodeCredential(exampleGrant({ access: 'other-token-99' }), later))
  isFull = true
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  isFull = false
  await repository.load(exampleRef)
  expect(repository.find(exampleRef)).toMatchObject({ masked: 'ot••••••••99' })
})

test('A row that another process writes while an earlier record is on its way is left as it is', async () => {
  const { repository, catalog, path, adapter, way } = await makeRepository()
  const [earlier, later] = [new Date('2026-11-20T14:00:00.000Z'), new Date('2026-11-20T15:00:00.000Z')]
  adapter.items.set(item, encodeCredential(exampleGrant({ access: 'other-token-99' }), earlier))
  const other = await openCatalog(path)
  const row = other.find(exampleRef)
  if (!row) throw new Error('The other process sees no row.')
  way.meanwhile = () => other.put({ ...row, masked: 'la••••••••er' }, later)
  await repository.load(exampleRef)
  expect(repository.find(exampleRef)).toMatchObject({ masked: 'la••••••••er' })
  expect(catalog.look(key).savedAt).toEqual(later)
})

test('What another process is about to store stays written down while its former record is read', async () => {
  const { repository, path, adapter, way } = await makeRepository()
  const earlier = new Date('2026-11-20T14:00:00.000Z')
  adapter.items.set(item, encodeCredential(exampleGrant({ access: 'other-token-99' }), earlier))
  const other = await openCatalog(path)
  way.meanwhile = () => other.begin(key, 'save', earlier)
  await repository.load(exampleRef)
  expect(other.intentOf(key)).toBe('save')
})

test('A removed credential is gone, however well its record was known', async () => {
  const { repository, path, adapter } = await makeRepository()
  const other = await openCatalog(path)
  other.remove(key)
  adapter.calls.length = 0
  expect(await repository.load(exampleRef)).toBeNull()
  expect(adapter.calls).toEqual([])
})
