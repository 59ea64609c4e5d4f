import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { readCatalogFile } from '../doctor/doctor-catalog.ts'
import { backUpCatalog, listBackups, restoreCatalog } from './catalog-backups.ts'
import { type Catalog, openCatalog } from './catalog.ts'

const at = new Date('2026-11-21T12:00:00.000Z')
const note = (account: string) => ({
  name: 'GitHub',
  account,
  host: 'github.com',
  page: account === 'bo' ? null : 'https://github.com/settings/applications',
  at
})

async function newCatalog(): Promise<{ path: string; catalog: Catalog }> {
  const path = join(await temporaryDir(), 'data', 'catalog.db')
  const catalog = await openCatalog(path)
  onTestFinished(() => catalog.close())
  return { path, catalog }
}

async function reopened(path: string): Promise<Catalog> {
  const catalog = await openCatalog(path)
  onTestFinished(() => catalog.close())
  return catalog
}

/** Takes the database back to the version before this table. */
function takeBack(path: string): void {
  const database = new DatabaseSync(path)
  database.exec('DROP TABLE sign_outs; PRAGMA user_version = 3')
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
