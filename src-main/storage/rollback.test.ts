import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { secretOf } from '../core/catalog-entry.ts'
import { openCatalog } from './catalog/catalog.ts'
import { encodeCredential } from './records/credential-codec.ts'
import { StoredCredentialRepository } from './repository/credential-repository.ts'
import type { CredentialStore } from './store/credential-store.ts'
import { temporaryDir } from './backends/secret-backend.contract.ts'
import { SecureStore } from './secure-store.ts'
import { createMemoryKeychain, exampleApiKey, exampleGrant, exampleRef } from './storage.testkit.ts'

const item = `${credentialKey(exampleRef)}.test`
const keyItem = `${credentialKey(exampleApiKey().ref)}.test`

/** A keychain in memory, or real encrypted files, under a real catalog; `at` is the present time. */
async function makeRepository(kind: 'keychain' | 'files' = 'keychain') {
  const dir = await temporaryDir()
  const keychain = createMemoryKeychain({ enumerable: false })
  const time = { at: new Date('2026-11-20T12:00:00.000Z') }
  const warnings: string[] = []
  const open = async (over: (store: CredentialStore) => CredentialStore = (store) => store) => {
    const catalog = await openCatalog(join(dir, 'catalog.db'))
    const store = new SecureStore('test', {
      fallbackDir: join(dir, 'secrets'),
      fallbackPolicy: kind === 'files' ? 'allow' : 'deny',
      forceFiles: kind === 'files',
      keychainLoader: async () => keychain,
      residence: (key) => catalog.backendOf(key)
    })
    const clock = { now: () => time.at }
    const warn = (sentence: string): void => void warnings.push(sentence)
    return new StoredCredentialRepository({ store: over(store), catalog, clock, warn })
  }
  return { dir, keychain, time, warnings, open, repository: await open() }
}

test('A grant of which an older copy was put back is refused and stays, until a save replaces it', async () => {
  const { repository, keychain, time, warnings } = await makeRepository()
  await repository.save(exampleGrant())
  const older = keychain.items.get(item) ?? ''
  time.at = new Date('2026-11-20T13:00:00.000Z')
  await repository.save(exampleGrant({ access: 'access-token-2', refresh: 'refresh-token-2' }))
  keychain.items.set(item, older)
  const load = repository.load(exampleRef)
  await expect(load).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  await expect(load).rejects.toThrow(/older than the one Latchkey stored last/)
  expect(keychain.items.get(item)).toBe(older)
  expect(repository.find(exampleRef)).toMatchObject({
    health: { kind: 'unreadable' },
    masked: 'ac••••••••-2'
  })
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(warnings).toEqual([
    'The entry of sso.example.net (ada) is older than the one Latchkey stored last. An earlier copy was put back, perhaps from a backup. It is not used, because a refresh token must not be spent twice. Sign in again.'
  ])
  await repository.save(exampleGrant({ access: 'access-token-3' }))
  expect(await repository.load(exampleRef)).toMatchObject({ kind: 'oauth' })
  expect(repository.find(exampleRef)).toMatchObject({ health: { kind: 'ok' } })
})

test('An API key of which an older copy was put back can be used, and its owner is told once', async () => {
  const { repository, keychain, time, warnings, open } = await makeRepository()
  const { ref } = await repository.save(exampleApiKey('sk-old-0123456789'))
  const older = keychain.items.get(keyItem) ?? ''
  time.at = new Date('2026-11-20T13:00:00.000Z')
  await repository.save(exampleApiKey('sk-new-0123456789'))
  keychain.items.set(keyItem, older)
  // The third is a process that started after the newer one was stored.
  for (const each of [repository, repository, await open()]) {
    const loaded = await each.load(ref)
    expect(loaded?.kind === 'api-key' && secretOf(loaded).expose((text) => text)).toBe('sk-old-0123456789')
  }
  const sentence =
    'The entry of api.example.net (default) is older than the one Latchkey stored last. An earlier copy was put back, perhaps from a backup. It is used as it is; if you want another value, store it again.'
  expect(warnings).toEqual([sentence, sentence])
})

test('A record from before save times were written down is older than any with one', async () => {
  const { repository, keychain } = await makeRepository()
  keychain.items.set(item, encodeCredential(exampleGrant()))
  await repository.save(exampleGrant({ access: 'access-token-2' }))
  keychain.items.set(item, encodeCredential(exampleGrant()))
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})

test('A clock that was set back is no rollback, and an older copy is told all the same', async () => {
  const { repository, keychain, time, warnings } = await makeRepository()
  await repository.save(exampleGrant())
  const older = keychain.items.get(item) ?? ''
  time.at = new Date('2016-01-01T00:00:00.000Z')
  await repository.save(exampleGrant({ access: 'access-token-2' }))
  expect(await repository.load(exampleRef)).toMatchObject({ kind: 'oauth' })
  expect(warnings).toEqual([])
  keychain.items.set(item, older)
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})

test('A record newer than its row is taken, and from then on what was before it is older', async () => {
  const { repository, keychain, warnings } = await makeRepository()
  await repository.save(exampleGrant())
  const older = keychain.items.get(item) ?? ''
  const later = new Date('2026-11-20T14:00:00.000Z')
  keychain.items.set(item, encodeCredential(exampleGrant(), later))
  expect(await repository.load(exampleRef)).toMatchObject({ kind: 'oauth' })
  expect(warnings).toEqual([])
  keychain.items.set(item, older)
  await expect(repository.load(exampleRef)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})

test('What another process stores while a record is read is no rollback', async () => {
  const { repository, open, warnings } = await makeRepository()
  await repository.save(exampleGrant())
  const slow = await open((store) => ({
    ...methodsOf(store),
    read: async (key) => {
      const found = await store.read(key)
      await repository.save(exampleGrant({ access: 'access-token-2' }))
      return found
    }
  }))
  expect(await slow.load(exampleRef)).toMatchObject({ kind: 'oauth' })
  expect(warnings).toEqual([])
})

test('An encrypted file that was put back is told as well, and not a byte of it changes', async () => {
  const { repository, dir } = await makeRepository('files')
  await repository.save(exampleGrant())
  const [name = ''] = await readdir(join(dir, 'secrets')).then((names) =>
    names.filter((one) => one.endsWith('.enc'))
  )
  const file = join(dir, 'secrets', name)
  await copyFile(file, join(dir, 'copy'))
  await repository.save(exampleGrant({ access: 'access-token-2' }))
  expect(await repository.load(exampleRef)).toMatchObject({ kind: 'oauth' })
  await copyFile(join(dir, 'copy'), file)
  await expect(repository.load(exampleRef)).rejects.toThrow(/older than the one Latchkey stored last/)
  expect(await readFile(file)).toEqual(await readFile(join(dir, 'copy')))
})

function methodsOf(store: CredentialStore): CredentialStore {
  return {
    id: store.id,
    put: (key, value) => store.put(key, value),
    read: (key) => store.read(key),
    delete: (key) => store.delete(key),
    list: () => store.list(),
    find: () => store.find(),
    health: () => store.health(),
    tidy: () => store.tidy(),
    close: () => store.close()
  }
}
