import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { exampleRef as ref } from '../storage.testkit.ts'
import { readCatalogFile } from '../doctor/doctor-catalog.ts'
import { openCatalog, type Catalog } from './catalog.ts'
import { backUpCatalog, listBackups, restoreCatalog } from './catalog-backups.ts'

const at = new Date('2026-11-20T12:00:00.000Z')
const spent = new Secret('refresh-token-spent')

async function journal() {
  const { path, catalog } = await newCatalog()
  return { path, catalog, refreshes: catalog.refreshes }
}

test('A refresh that was begun is open for the token it spends, and for no other', async () => {
  const { refreshes } = await journal()
  refreshes.begin(ref, spent, at)
  expect(refreshes.openFor(ref, new Secret('refresh-token-spent'))).toEqual({ step: 'asked', since: at })
  expect(refreshes.openFor(ref, new Secret('refresh-token-next'))).toBeNull()
  expect(refreshes.openFor({ ...ref, account: 'somebody else' }, spent)).toBeNull()
  expect(refreshes.open()).toEqual([ref])
})

test('Beginning it again leaves what is known; another token takes its place', async () => {
  const { refreshes } = await journal()
  refreshes.begin(ref, spent, at)
  refreshes.answered(ref)
  refreshes.begin(ref, spent, new Date(at.getTime() + 1000))
  expect(refreshes.openFor(ref, spent)).toEqual({ step: 'answered', since: at })
  refreshes.begin(ref, new Secret('another'), at)
  expect(refreshes.openFor(ref, spent)).toBeNull()
  expect(refreshes.openFor(ref, new Secret('another'))).toEqual({ step: 'asked', since: at })
})

test('What is settled is open no more, also for another process', async () => {
  const { path, refreshes } = await journal()
  const other = await openCatalog(path)
  onTestFinished(() => other.close())
  refreshes.begin(ref, spent, at)
  expect(other.refreshes.openFor(ref, spent)).toEqual({ step: 'asked', since: at })
  other.refreshes.settle(ref)
  expect([refreshes.openFor(ref, spent), refreshes.open()]).toEqual([null, []])
})

test('The file holds nothing of the token, and the same token has another mark each time', async () => {
  const { path, refreshes } = await journal()
  const marks = new Set<unknown>()
  for (let round = 0; round < 3; round += 1) {
    refreshes.begin(ref, spent, at)
    const database = new DatabaseSync(path, { readOnly: true })
    marks.add(database.prepare('SELECT spent FROM refreshes').get()?.['spent'])
    database.close()
    refreshes.settle(ref)
  }
  expect(marks.size).toBe(3)
  const bytes = (await readFile(path, 'latin1')) + (await readFile(`${path}-wal`, 'latin1'))
  expect(bytes).toContain('refreshes')
  expect(bytes).not.toContain('refresh-token')
})

test('A catalog from before there was a journal gets one, with its entries as they were', async () => {
  const { path, catalog } = await journal()
  catalog.setPreference('kept', 7)
  catalog.close()
  const database = new DatabaseSync(path)
  database.exec('DROP TABLE refreshes; DROP TABLE sign_outs; DROP TABLE labels; PRAGMA user_version = 2')
  database.close()
  const again = await openCatalog(path)
  onTestFinished(() => again.close())
  again.refreshes.begin(ref, spent, at)
  expect([again.preference('kept'), again.refreshes.open()]).toEqual([7, [ref]])
})

const note = (account: string) => ({
  name: 'GitHub',
  account,
  host: 'github.com',
  page: account === 'bo' ? null : 'https://github.com/settings/applications',
  at
})

async function newCatalog(): Promise<{ path: string; catalog: Catalog }> {
  const path = join(await temporaryDir(), 'data', 'catalog.db')
  return { path, catalog: await reopened(path) }
}

async function reopened(path: string): Promise<Catalog> {
  const catalog = await openCatalog(path)
  onTestFinished(() => catalog.close())
  return catalog
}

/** Takes the database back to the version before this table. */
function takeBack(path: string): void {
  const database = new DatabaseSync(path)
  database.exec('DROP TABLE sign_outs; DROP TABLE labels; PRAGMA user_version = 3')
  database.close()
}

test('Unconfirmed sign-outs are kept, the newest first, also for the next start', async () => {
  const { path, catalog } = await newCatalog()
  const first = catalog.signOuts.add(note('ana'))
  const second = catalog.signOuts.add(note('bo'))
  catalog.close()
  expect((await reopened(path)).signOuts.list()).toEqual([
    { ...note('bo'), id: second, isTold: false },
    { ...note('ana'), id: first, isTold: false }
  ])
})

test('A sign-out that is done is removed alone, and its number is never reused', async () => {
  const { catalog } = await newCatalog()
  const first = catalog.signOuts.add(note('ana'))
  const second = catalog.signOuts.add(note('bo'))
  catalog.signOuts.remove(second)
  catalog.signOuts.remove('none')
  expect(catalog.signOuts.list().map(({ id }) => id)).toEqual([first])
  expect([first, second]).not.toContain(catalog.signOuts.add(note('cy')))
})

test('Dismissed sign-outs stay listed, and later ones are new', async () => {
  const { catalog } = await newCatalog()
  catalog.signOuts.add(note('ana'))
  catalog.signOuts.putAway()
  catalog.signOuts.add(note('bo'))
  expect(catalog.signOuts.list().map(({ account, isTold }) => [account, isTold])).toEqual([
    ['bo', false],
    ['ana', true]
  ])
})

test('At most 200 sign-outs are kept, and the oldest go', async () => {
  const { catalog } = await newCatalog()
  for (let n = 0; n < 203; n += 1) catalog.signOuts.add(note(`account ${String(n)}`))
  const accounts = catalog.signOuts.list().map(({ account }) => account)
  expect([accounts.length, accounts[0], accounts.at(-1)]).toEqual([200, 'account 202', 'account 3'])
})

test('An older catalog gets the list and keeps its content', async () => {
  const { path, catalog } = await newCatalog()
  catalog.setPreference('kept', 7)
  catalog.close()
  takeBack(path)
  const again = await reopened(path)
  again.signOuts.add(note('ana'))
  expect([again.preference('kept'), again.signOuts.list().length]).toEqual([7, 1])
})

test('The doctor reads the list from outside, and finds it empty in an older catalog', async () => {
  const { path, catalog } = await newCatalog()
  catalog.signOuts.add(note('ana'))
  catalog.close()
  expect((await readCatalogFile(path))?.signOuts).toEqual([{ ...note('ana'), id: '1', isTold: false }])
  takeBack(path)
  expect((await readCatalogFile(path))?.signOuts).toEqual([])
})

test('An invalid day does not lose the list', async () => {
  const { path, catalog } = await newCatalog()
  catalog.signOuts.add(note('ana'))
  catalog.signOuts.add(note('bo'))
  const database = new DatabaseSync(path)
  database.exec("UPDATE sign_outs SET at = 'yesterday' WHERE account = 'ana'")
  database.close()
  const days = catalog.signOuts.list().map(({ at: day }) => day.toISOString())
  expect(days).toEqual([at.toISOString(), new Date(0).toISOString()])
})

test('A backup brings the list back', async () => {
  const { path, catalog } = await newCatalog()
  catalog.signOuts.add(note('ana'))
  const place = { catalog: path, folder: join(path, '..', 'backups'), now: at }
  await backUpCatalog(place)
  catalog.signOuts.remove('1')
  catalog.close()
  const [backup] = await listBackups(place.folder)
  if (backup === undefined) throw new Error('There is a backup')
  await restoreCatalog(place, backup)
  expect((await reopened(path)).signOuts.list()).toHaveLength(1)
})
