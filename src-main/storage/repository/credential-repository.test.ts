import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry, Credential } from '../../core/credential-record.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { openCatalog } from '../catalog/catalog.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { encodeCredential } from '../records/credential-codec.ts'
import { StoredCredentialRepository } from './credential-repository.ts'
import { SecureStore } from '../secure-store.ts'
import { createMemoryKeychain, exampleApiKey, exampleGrant, exampleRef } from '../storage.testkit.ts'
import type { MemoryKeychain } from '../storage.testkit.ts'

const locked = new Error('Secret Service: unlock prompt was dismissed')
const clock = { now: (): Date => new Date('2026-11-20T12:00:00.000Z') }
const later = new Date('2026-11-20T12:00:01.000Z')
const key = credentialKey(exampleRef)
const unreadable = { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' }

type Made = {
  keychain: MemoryKeychain
  catalog: Catalog
  path: string
  repository: StoredCredentialRepository
  /** Starts again with the same store and catalog file. */
  restart: () => Promise<StoredCredentialRepository>
}

async function makeRepository(fallbackPolicy: 'allow' | 'deny' = 'deny'): Promise<Made> {
  const keychain = createMemoryKeychain({ enumerable: false })
  const dir = await temporaryDir()
  const path = join(dir, 'catalog.db')
  const open = async (): Promise<{ catalog: Catalog; repository: StoredCredentialRepository }> => {
    const catalog = await openCatalog(path)
    const store = new SecureStore('test', {
      fallbackDir: join(dir, 'secrets'),
      fallbackPolicy,
      keychainLoader: async () => keychain,
      knownKeys: () => catalog.keys(),
      residence: (name) => catalog.backendOf(name),
      deadlines: { probeMs: 40, callMs: 60 }
    })
    return { catalog, repository: new StoredCredentialRepository({ store, catalog, clock }) }
  }
  const made = await open()
  const restart = async (): Promise<StoredCredentialRepository> => {
    const { repository } = await open()
    await repository.recover()
    return repository
  }
  return { keychain, path, ...made, restart }
}

const accessOf = (credential: Credential | null): string | null =>
  credential?.kind === 'oauth' ? credential.tokens.accessToken.expose((text) => text) : null

test('A credential is saved, listed, loaded and removed', async () => {
  const { repository, keychain } = await makeRepository()
  const entry = await repository.save(exampleGrant())
  expect(entry).toMatchObject({
    ref: exampleRef,
    backend: 'keychain',
    renewable: true,
    masked: 'ac••••••••-1'
  })
  expect(repository.list()).toEqual([entry])
  expect(await repository.load(exampleRef)).toEqual(exampleGrant())
  expect(await repository.remove(exampleRef)).toBe(true)
  expect([repository.list(), await repository.load(exampleRef), keychain.items.size]).toEqual([[], null, 0])
  expect(await repository.remove(exampleRef)).toBe(false)
})

test('A credential that is set aside is out of list and use, and comes back whole', async () => {
  const { repository, keychain, catalog } = await makeRepository()
  const entry = await repository.save(exampleGrant())
  const told: (CatalogEntry | null)[] = []
  catalog.onChange((ref) => told.push(ref === null ? null : repository.find(ref)))
  expect(await repository.setAside(exampleRef)).toBe(true)
  expect([repository.list(), await repository.load(exampleRef)]).toEqual([[], null])
  expect([repository.isSetAside(exampleRef), keychain.items.size]).toEqual([true, 1])
  expect(await repository.setAside(exampleRef)).toBe(false)
  await repository.recover()
  expect(await repository.putBack(exampleRef)).toEqual(entry)
  expect(told).toEqual([null, entry])
  expect(await repository.load(exampleRef)).toEqual(exampleGrant())
  expect(await repository.removeSetAside(exampleRef)).toBe(false)
  expect(await repository.putBack(exampleRef)).toBeNull()
})

test('A credential that is set aside is removed when its time is up, and else at the next start', async () => {
  const { repository, keychain, restart } = await makeRepository()
  await repository.save(exampleGrant())
  await repository.setAside(exampleRef)
  expect(await repository.removeSetAside(exampleRef)).toBe(true)
  expect([keychain.items.size, await repository.putBack(exampleRef)]).toEqual([0, null])
  await repository.save(exampleGrant())
  await repository.setAside(exampleRef)
  const next = await restart()
  expect([next.list(), keychain.items.size]).toEqual([[], 0])
})

test('A credential that could not be put back is not removed by the next recovery', async () => {
  const { repository, keychain, catalog } = await makeRepository()
  await repository.save(exampleGrant())
  await repository.setAside(exampleRef)
  const settle = vi.spyOn(catalog, 'settle').mockImplementation(() => {
    throw new VaultError('STORE_WRITE_FAILED')
  })
  await expect(repository.putBack(exampleRef)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  settle.mockRestore()
  await repository.recover()
  expect(keychain.items.size).toBe(1)
  expect(await repository.putBack(exampleRef)).not.toBeNull()
})

test('A credential saved in the place of one that is set aside stays', async () => {
  const { repository } = await makeRepository()
  await repository.save(exampleGrant())
  await repository.setAside(exampleRef)
  await repository.save({ ...exampleApiKey(), ref: exampleRef })
  expect(await repository.removeSetAside(exampleRef)).toBe(false)
  expect((await repository.load(exampleRef))?.kind).toBe('api-key')
})

test('A credential that could not be removed after its time is listed again', async () => {
  const { repository, keychain } = await makeRepository()
  await repository.save(exampleGrant())
  await repository.setAside(exampleRef)
  keychain.fail(locked)
  await expect(repository.removeSetAside(exampleRef)).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect([repository.list().length, repository.isSetAside(exampleRef)]).toEqual([1, false])
})

test('Listing and looking up never touch the keychain', async () => {
  const { repository, keychain } = await makeRepository()
  await repository.save(exampleGrant())
  keychain.calls.length = 0
  repository.list()
  repository.find(exampleRef)
  repository.setLastUsed(exampleRef, clock.now())
  repository.setHealth(exampleRef, { kind: 'ok' })
  expect(keychain.calls).toEqual([])
})

test('A save replaces the whole record, makes the health ok again and keeps when it was last used', async () => {
  const { repository } = await makeRepository()
  await repository.save(exampleGrant())
  repository.setLastUsed(exampleRef, clock.now())
  repository.setHealth(exampleRef, { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: clock.now() })
  const entry = await repository.save(exampleGrant({ access: 'access-token-2', refresh: null }))
  expect(entry).toMatchObject({ renewable: false, health: { kind: 'ok' }, lastUsedAt: clock.now() })
  expect(await repository.load(exampleRef)).toMatchObject({ tokens: { refreshToken: null } })
})

test('A record that was removed behind our back is unreadable, and its entry stays', async () => {
  const { repository, keychain } = await makeRepository()
  await repository.save(exampleGrant())
  keychain.items.clear()
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(repository.find(exampleRef)).toMatchObject({ health: unreadable })
})

test('An unreadable record stays where it is, and saving again repairs it', async () => {
  const { repository, keychain } = await makeRepository()
  await repository.save(exampleGrant())
  await keychain.setPassword('test', key, 'nonsense')
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(await keychain.getPassword('test', key)).toBe('nonsense')
  expect(repository.find(exampleRef)).toMatchObject({ health: unreadable })
  await repository.save(exampleGrant())
  expect(repository.find(exampleRef)).toMatchObject({ health: { kind: 'ok' } })
})

test('A locked keychain says nothing about the entry', async () => {
  const { repository, keychain } = await makeRepository()
  await repository.save(exampleGrant())
  keychain.fail(locked)
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  await expect(repository.save(exampleGrant())).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  await expect(repository.remove(exampleRef)).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect(repository.find(exampleRef)).toMatchObject({ health: { kind: 'ok' } })
})

test('A row that disagrees with its record is corrected by a load', async () => {
  const { repository, keychain, path } = await makeRepository()
  await repository.save(exampleGrant())
  const changed = exampleGrant({ access: 'changed-elsewhere-9' })
  await keychain.setPassword('test', key, encodeCredential(changed, later))
  await repository.load(exampleRef)
  expect(repository.find(exampleRef)?.masked).toBe('ch••••••••-9')
  const database = new DatabaseSync(path)
  database.exec(`UPDATE credentials SET details = 'broken'`)
  database.close()
  expect(repository.find(exampleRef)).toMatchObject({ health: unreadable })
  await repository.load(exampleRef)
  expect(repository.find(exampleRef)).toMatchObject({ name: 'Example', health: { kind: 'ok' } })
})

test('Saves and loads of one credential take turns', async () => {
  const { repository } = await makeRepository()
  const saves = Array.from({ length: 10 }, (_unused, index) =>
    repository.save(exampleGrant({ access: `token-${index}` }))
  )
  // The load begins before the saves have ended and is answered after them.
  const last = repository.load(exampleRef)
  await Promise.all(saves)
  expect(accessOf(await last)).toBe('token-9')
})

test('Loads that wait for the same turn share one read, and none shares a read that had begun', async () => {
  const { repository, keychain } = await makeRepository()
  await repository.save(exampleGrant({ access: 'first' }))
  keychain.calls.length = 0
  const loads = Array.from({ length: 10 }, () => repository.load(exampleRef))
  expect((await Promise.all(loads)).map(accessOf)).toEqual(Array.from({ length: 10 }, () => 'first'))
  const begun = repository.load(exampleRef)
  await vi.waitUntil(() => keychain.calls.length > 1)
  const [later, last] = [repository.load(exampleRef), repository.load(exampleRef)]
  expect([later === begun, later === last]).toEqual([false, true])
  await Promise.all([begun, later])
  expect(keychain.calls.filter((call) => call.startsWith('get'))).toHaveLength(3)
})

test('A load that is asked for after a save or a removal sees it, whatever waits before it', async () => {
  const { repository } = await makeRepository()
  await repository.save(exampleGrant({ access: 'first' }))
  const asked = [
    repository.load(exampleRef),
    repository.load(exampleRef),
    repository.save(exampleGrant({ access: 'second' })).then(() => null),
    repository.load(exampleRef),
    repository.remove(exampleRef).then(() => null),
    repository.load(exampleRef)
  ]
  const found = await Promise.all(asked)
  expect(found.map(accessOf)).toEqual(['first', 'first', null, 'second', null, null])
})

test('Entries in files say so, and a keychain that comes back takes them over at the next save', async () => {
  const { repository, keychain } = await makeRepository('allow')
  keychain.fail(new Error('not provided by any .service files'))
  expect(await repository.save(exampleGrant())).toMatchObject({ backend: 'encrypted-file' })
  keychain.fail(null)
  expect(accessOf(await repository.load(exampleRef))).toBe('access-token-1')
  expect(await repository.save(exampleGrant())).toMatchObject({ backend: 'keychain' })
})

test('A first save that stopped before the record leaves nothing', async () => {
  const { catalog, restart } = await makeRepository()
  catalog.begin(key, 'save', clock.now())
  const next = await restart()
  expect([next.list(), await next.load(exampleRef)]).toEqual([[], null])
})

test('A first save that stopped after the record is finished at the next start', async () => {
  const { catalog, keychain, restart } = await makeRepository()
  catalog.begin(key, 'save', clock.now())
  await keychain.setPassword('test', key, encodeCredential(exampleGrant()))
  const next = await restart()
  expect(next.list()).toMatchObject([{ ref: exampleRef, backend: 'keychain', masked: 'ac••••••••-1' }])
})

test('A rotation that stopped after the record is finished at the next start', async () => {
  const { repository, catalog, keychain, restart } = await makeRepository()
  await repository.save(exampleGrant())
  repository.setLastUsed(exampleRef, clock.now())
  catalog.begin(key, 'save', clock.now())
  await keychain.setPassword('test', key, encodeCredential(exampleGrant({ access: 'token-after-9' }), later))
  const next = await restart()
  expect(next.find(exampleRef)).toMatchObject({ masked: 'to••••••••-9', lastUsedAt: clock.now() })
  expect(accessOf(await next.load(exampleRef))).toBe('token-after-9')
})

test.each(['before', 'after'])(
  'A removal that stopped %s the record went is finished at the next start',
  async (when) => {
    const { repository, catalog, keychain, restart } = await makeRepository()
    await repository.save(exampleGrant())
    catalog.begin(key, 'remove', clock.now())
    if (when === 'after') keychain.items.clear()
    const next = await restart()
    expect([next.list(), keychain.items.size]).toEqual([[], 0])
    expect(await next.remove(exampleRef)).toBe(false)
  }
)

test('A start with the keychain out of reach drops nothing, and the next load settles it', async () => {
  const { catalog, keychain, restart } = await makeRepository()
  catalog.begin(key, 'save', clock.now())
  await keychain.setPassword('test', key, encodeCredential(exampleGrant()))
  keychain.fail(locked)
  const next = await restart()
  expect(next.list()).toEqual([])
  await expect(next.load(exampleRef)).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  keychain.fail(null)
  expect(accessOf(await next.load(exampleRef))).toBe('access-token-1')
  expect(next.list()).toHaveLength(1)
})

test('A save with an unknown outcome is settled by the stored record', async () => {
  const { repository, keychain } = await makeRepository()
  await repository.save(exampleGrant())
  keychain.hang('set')
  await expect(repository.save(exampleGrant({ access: 'late-token-9' }))).rejects.toMatchObject({
    code: 'KEYCHAIN_TIMEOUT'
  })
  keychain.hang(null)
  await keychain.setPassword('test', key, encodeCredential(exampleGrant({ access: 'late-token-9' }), later))
  expect(accessOf(await repository.load(exampleRef))).toBe('late-token-9')
  expect(repository.find(exampleRef)?.masked).toBe('la••••••••-9')
})

test('Without an intent a start never touches the keychain', async () => {
  const { repository, keychain, restart } = await makeRepository()
  await repository.save(exampleGrant())
  await repository.save(exampleApiKey())
  keychain.calls.length = 0
  const next = await restart()
  expect([next.list().length, keychain.calls]).toEqual([2, []])
})

test('Closing does not wait for a keychain that hangs', async () => {
  const { repository, keychain } = await makeRepository()
  await repository.save(exampleGrant())
  keychain.hang('get')
  const load = repository.load(exampleRef).catch((error: { code: string }) => error.code)
  await repository.close()
  expect(await load).toBe('KEYCHAIN_TIMEOUT')
})
