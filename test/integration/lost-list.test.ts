import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import type { RestoreReason } from '../../src-main/core/ports.ts'
import {
  type Harness,
  type HarnessOptions,
  newVaultHome,
  openTestVault,
  removeVaultHome
} from '../support/vault-harness.ts'
import { shownCredentials } from '../support/shown-credentials.ts'

const accounts = ['ana', 'bob', 'cleo'] as const
type Account = (typeof accounts)[number]
const refOf = (account: Account) => ({ service: 'lost-list-test', account })

let home = ''
let open: Harness | null = null

beforeEach(async () => {
  home = await newVaultHome()
})
afterEach(async () => {
  await removeEverything()
  await close()
  await removeVaultHome(home)
})

/** Removes the accounts of these tests, because other tests share the keychain. */
async function removeEverything(): Promise<void> {
  await open?.vault.handlers.takeBackUnlisted()
  for (const account of accounts) await open?.vault.repository.remove(refOf(account))
}

async function close(): Promise<void> {
  await open?.vault.close()
  open = null
}

async function start(options: HarnessOptions): Promise<Harness> {
  await close()
  open = await openTestVault({ home, ...options })
  return open
}

async function add({ vault }: Harness, ...added: readonly Account[]): Promise<void> {
  const shared = { name: 'Lost', allowedHosts: ['api.example.net'], expiresAt: null, replace: false }
  for (const account of added) {
    await vault.handlers.addApiKey({ ...refOf(account), ...shared, key: `key-of-${account}-0123456789` })
  }
}

const catalog = (): string => join(home, 'catalog.db')
/** Loses the catalog as a broken disk, a clean-up or a person may do it. */
async function lose(how: 'emptied' | 'deleted'): Promise<void> {
  await close()
  for (const part of ['-wal', '-shm']) await rm(`${catalog()}${part}`, { force: true })
  if (how === 'deleted') await rm(catalog())
  else await writeFile(catalog(), '')
}

/** Listed accounts of this test, sorted. */
async function listed({ vault }: Harness): Promise<readonly string[]> {
  const credentials = await shownCredentials(vault)
  return credentials.filter(({ service }) => service === 'lost-list-test').map(({ account }) => account)
}

/** Number of entries that are offered to be taken back, once the vault has looked. */
async function offered({ vault }: Harness): Promise<number> {
  const { unlisted } = await vault.handlers.getSnapshot()
  if (unlisted > 0) return unlisted
  return await new Promise((resolve) => {
    const stop = vault.on('unlistedChanged', ({ count }) => {
      stop()
      resolve(count)
    })
  })
}

async function keyOf({ vault }: Harness, account: Account): Promise<string> {
  const secret = await vault.tokens.getToken(refOf(account))
  return secret.expose((text) => text)
}

describe.each(['file', 'keychain'] as const)('a list that was lost, over the %s store', (store) => {
  it.each(['emptied', 'deleted'] as const)('is asked about when it was %s, and comes back', async (how) => {
    await add(await start({ store }), 'ana', 'bob')
    await lose(how)
    const asked: [string, RestoreReason][] = []
    const again = await start({
      store,
      confirmRestore: async (day, why) => {
        asked.push([day, why])
        return true
      }
    })
    expect(asked).toEqual([[new Date().toISOString().slice(0, 10), 'emptied']])
    expect(await listed(again)).toEqual(['ana', 'bob'])
    expect(await keyOf(again, 'bob')).toBe('key-of-bob-0123456789')
    expect((await readdir(home)).some((name) => name.startsWith('catalog.db.broken-'))).toBe(true)
  })

  it('is offered from the records themselves when the backup is declined', async () => {
    await add(await start({ store }), 'ana', 'bob')
    await lose('emptied')
    const again = await start({ store, confirmRestore: async () => false })
    expect(await listed(again)).toEqual([])
    expect(await offered(again)).toBeGreaterThanOrEqual(2)
    expect(await again.vault.handlers.takeBackUnlisted()).toMatchObject({ left: expect.any(Number) })
    expect(await listed(again)).toEqual(['ana', 'bob'])
    const credentials = await shownCredentials(again.vault)
    expect(credentials.find(({ id }) => id === credentialKey(refOf('ana')))).toMatchObject({
      name: 'Lost',
      allowedHosts: ['api.example.net'],
      status: { kind: 'valid' }
    })
    expect(await keyOf(again, 'ana')).toBe('key-of-ana-0123456789')
  })

  it('is offered from the records without any backup', async () => {
    await add(await start({ store }), 'ana')
    await lose('deleted')
    await rm(join(home, 'backups'), { recursive: true })
    const again = await start({
      store,
      confirmRestore: () => Promise.reject(new Error('There is no backup.'))
    })
    expect(await offered(again)).toBeGreaterThanOrEqual(1)
    await again.vault.handlers.takeBackUnlisted()
    expect(await listed(again)).toEqual(['ana'])
  })

  it('loses no backup by a start, a day and an end without it', async () => {
    await add(await start({ store }), 'ana', 'bob')
    await lose('emptied')
    await add(await start({ store, confirmRestore: async () => false }), 'cleo')
    await close()
    const third = await start({ store, confirmRestore: async () => true })
    // The listed entry is kept; the others are in the store, and the Doctor lists them again.
    expect(await listed(third)).toEqual(['cleo'])
    const request = { checks: ['unlisted' as const], readEntries: false }
    const report = await third.vault.handlers.runDoctor({ readEntries: false })
    expect(report.rows.find(({ id }) => id === 'unlisted')).toMatchObject({ state: 'warning', fixable: true })
    await third.vault.handlers.fixDoctor(request)
    expect(await listed(third)).toEqual(['ana', 'bob', 'cleo'])
    expect(await readdir(join(home, 'backups'))).toHaveLength(1)
  })

  it('is no question where Latchkey itself removed the entries', async () => {
    const first = await start({ store })
    await add(first, 'ana', 'bob')
    for (const account of accounts) await first.vault.repository.remove(refOf(account))
    const again = await start({ store, confirmRestore: () => Promise.reject(new Error('Nothing was lost.')) })
    expect(await listed(again)).toEqual([])
  })
})
