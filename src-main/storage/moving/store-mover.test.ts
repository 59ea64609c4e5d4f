import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import { ActiveStore } from '../store/active-store.ts'
import { type BackendConfig, readBackendConfig } from '../backends/backend-config.ts'
import { writeBackendConfig } from '../backends/backend-config-writer.ts'
import { createSecretBackend } from '../backends/backend-factory.ts'
import { storeOver } from '../backends/backend-store.ts'
import { openCatalog } from '../catalog/catalog.ts'
import type { CredentialStore } from '../store/credential-store.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { StoreLock } from '../store/store-lock.ts'
import { readVaultKey, VAULT_KEY } from '../vault-key.ts'
import { StoreMover } from './store-mover.ts'
import { unreadableEntry } from '../../core/catalog-entry.ts'

const plain: BackendConfig = { type: 'plain-file', insecurePlainText: true }
const keyOf = (n: number): string => credentialKey({ service: 'stripe', account: `acme-${n}` })

/** A home with three entries in plain files, and all ports of a mover. */
async function makeHome() {
  const home = await temporaryDir()
  const journal = join(home, 'move.json')
  await writeBackendConfig(home, plain)
  const catalog = await openCatalog(join(home, 'catalog.db'))
  onTestFinished(() => catalog.close())
  const open = async (settings: BackendConfig | null): Promise<CredentialStore> =>
    storeOver(
      await createSecretBackend(settings ?? plain, {
        home,
        keychain: () => {
          throw new Error('There is none here.')
        },
        onWarning: () => undefined,
        now: () => new Date()
      })
    )
  const active = new ActiveStore(await open(plain))
  for (let n = 0; n < 3; n += 1) {
    await active.put(keyOf(n), `secret ${n}`)
    const entry = unreadableEntry({ service: 'stripe', account: `acme-${n}` }, 'api-key', new Date())
    catalog.put({ ...entry, backend: 'plain-file' })
  }
  const ports = {
    home,
    journal,
    lock: new StoreLock({ dir: join(home, 'locks'), waitMs: 50 }),
    active,
    catalog,
    current: () => readBackendConfig(home),
    open,
    settle: async () => undefined
  }
  const texts = async (): Promise<(string | undefined)[]> =>
    await Promise.all([0, 1, 2].map(async (n) => (await active.read(keyOf(n)))?.value))
  return { ...ports, mover: new StoreMover(ports), texts }
}

const all = ['secret 0', 'secret 1', 'secret 2']
const files = { type: 'encrypted-file', passphrase: null } as const

test('The configuration, the catalog and the store in use change together', async () => {
  const { active, catalog, home, mover, texts } = await makeHome()
  const work = await mover.open(files)
  expect(await work.run(() => undefined)).toBe(3)
  expect([active.id, await texts()]).toEqual(['encrypted-file', all])
  expect(await readBackendConfig(home)).toEqual({ type: 'encrypted-file', protection: 'machine' })
  expect(new Set(catalog.list().map(({ backend }) => backend))).toEqual(new Set(['encrypted-file']))
  expect(await mover.left()).toBeNull()
})

test('A write waits for the end of the move, and a read does not', async () => {
  const { active, mover } = await makeHome()
  const work = await mover.open(files)
  const seen: string[] = []
  let late: Promise<unknown> = Promise.resolve()
  await work.run(({ step, done }) => {
    if (step === 'copy' && done === 1) {
      late = active.put(keyOf(1), 'newer').then((id) => seen.push(`written to ${id}`))
      void active.read(keyOf(1)).then((found) => seen.push(`read ${found?.value}`))
    }
    if (step === 'remove' && done === 3) seen.push('moved')
  })
  await late
  expect(seen).toEqual(['read secret 1', 'moved', 'written to encrypted-file'])
  expect((await active.read(keyOf(1)))?.value).toBe('newer')
})

test('Another process that moves is not waited for', async () => {
  const { home, mover, texts } = await makeHome()
  const work = await mover.open(files)
  const other = new StoreLock({ dir: join(home, 'locks') })
  await other.exclusive('move between stores', async () => {
    await expect(work.run(() => undefined)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  })
  expect(await texts()).toEqual(all)
})

test('The secrets of the vault itself move along with the credentials', async () => {
  const { active, catalog, mover } = await makeHome()
  const key = await readVaultKey(active, catalog)
  const work = await mover.open(files)
  expect(await work.run(() => undefined)).toBe(3)
  expect(active.id).toBe('encrypted-file')
  expect(await readVaultKey(active, catalog)).toEqual(key)
  expect(await active.list()).toContain(VAULT_KEY)
})

test('A keychain that is not there is left without being read where nothing was ever kept, and only there', async () => {
  const { active, catalog, home, mover } = await makeHome()
  const problem = toProblem(new VaultError('KEYCHAIN_UNAVAILABLE'))
  const away = {
    id: 'keychain',
    health: async () => ({ backend: null, label: 'Keychain', state: 'unavailable', problem }),
    list: () => Promise.reject(new VaultError('KEYCHAIN_UNAVAILABLE')),
    close: async () => undefined
  }
  active.use(away as unknown as CredentialStore)
  await expect(mover.open(files)).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  for (const key of catalog.keys()) catalog.remove(key)
  expect(await (await mover.open(files)).run(() => undefined)).toBe(0)
  expect(active.id).toBe('encrypted-file')
  expect(await readBackendConfig(home)).toEqual({ type: 'encrypted-file', protection: 'machine' })
  expect(await mover.left()).toBeNull()
})
