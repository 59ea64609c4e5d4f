import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { toCatalogEntry } from '../../core/catalog-entry.ts'
import { exampleApiKey } from '../storage.testkit.ts'
import { backUpCatalog, backupOfLost, listBackups, restoreCatalog } from './catalog-backups.ts'
import { tallyOf } from './catalog-tally.ts'
import { openCatalog } from './catalog.ts'

let home = ''
const place = (day: string) => ({
  catalog: join(home, 'catalog.db'),
  folder: join(home, 'backups'),
  now: new Date(`${day}T12:00:00Z`)
})

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'latchkey-backups-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** Writes one word into the catalog. */
async function remember(word: string): Promise<void> {
  const catalog = await openCatalog(place('2026-01-01').catalog)
  catalog.setPreference('word', word)
  catalog.close()
}
async function remembered(): Promise<unknown> {
  const catalog = await openCatalog(place('2026-01-01').catalog)
  const word = catalog.preference('word')
  catalog.close()
  return word
}

describe('the backups of the catalog', () => {
  it('are made once a day, for their owner alone', async () => {
    await remember('first')
    expect(await backUpCatalog(place('2026-11-20'))).toMatchObject({ day: '2026-11-20' })
    expect(await backUpCatalog(place('2026-11-20'))).toBeNull()
    expect(await backUpCatalog(place('2026-11-21'))).toMatchObject({ day: '2026-11-21' })
    const [newest] = await listBackups(place('2026-11-21').folder)
    expect(newest?.day).toBe('2026-11-21')
    expect((await stat(newest!.path)).mode & 0o077).toBe(0)
  })

  it('hold what was written last, also while the catalog is open', async () => {
    const catalog = await openCatalog(place('2026-01-01').catalog)
    catalog.setPreference('word', 'in the log and not yet in the file')
    await backUpCatalog(place('2026-11-20'))
    catalog.close()
    await remember('changed since')
    const [backup] = await listBackups(place('2026-11-20').folder)
    await restoreCatalog(place('2026-11-21'), backup!)
    expect(await remembered()).toBe('in the log and not yet in the file')
  })

  it('are renewed at the end of the day’s use', async () => {
    await remember('morning')
    await backUpCatalog(place('2026-11-20'))
    await remember('evening')
    expect(await backUpCatalog(place('2026-11-20'), true)).toMatchObject({ day: '2026-11-20' })
    await remember('lost')
    const [backup] = await listBackups(place('2026-11-20').folder)
    await restoreCatalog(place('2026-11-21'), backup!)
    expect(await remembered()).toBe('evening')
  })

  it('are kept for seven days of use', async () => {
    await remember('x')
    for (let day = 10; day < 20; day += 1) await backUpCatalog(place(`2026-11-${day}`))
    const days = (await listBackups(place('2026-11-20').folder)).map(({ day }) => day)
    expect(days).toHaveLength(7)
    expect(days[0]).toBe('2026-11-19')
  })

  it('are not made of a file that is no catalog, and leave nothing half written', async () => {
    await writeFile(
      place('2026-11-20').catalog,
      'not a database, and long enough to look like one'.repeat(100)
    )
    await expect(backUpCatalog(place('2026-11-20'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    expect(await readdir(place('2026-11-20').folder)).toEqual([])
  })
})

describe('a catalog that has lost entries', () => {
  const lostOn = (day: string) => backupOfLost(place(day).folder, tallyOf(place(day).catalog))
  const days = async (): Promise<string[]> =>
    (await listBackups(place('2026-11-20').folder)).map(({ day }) => day)
  async function listEntries(...accounts: string[]): Promise<void> {
    const catalog = await openCatalog(place('2026-01-01').catalog)
    for (const account of accounts) catalog.put(entryOf(account))
    catalog.close()
  }
  const entryOf = (account: string) =>
    toCatalogEntry({ ...exampleApiKey(), ref: { service: 'api.example.net', account } }, 'keychain', null)
  const emptied: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['emptied', (path) => writeFile(path, '')],
    ['deleted', (path) => rm(path)],
    [
      'emptied by another program',
      async (path) => {
        const database = new DatabaseSync(path)
        database.exec('DELETE FROM credentials')
        database.close()
      }
    ]
  ]

  it.each(emptied)('because it was %s leaves the backup of today as it is', async (_name, empty) => {
    await listEntries('ana', 'bob')
    const full = (await backUpCatalog(place('2026-11-20')))!
    await empty(place('2026-11-20').catalog)
    await listEntries('cleo')
    expect(await backUpCatalog(place('2026-11-20'), true)).toBeNull()
    expect(tallyOf(full.path).entries).toBe(2)
    expect(await lostOn('2026-11-20')).toEqual(full)
  })

  it('keeps the newest backup that has them, however many days go by', async () => {
    await listEntries('ana', 'bob')
    await backUpCatalog(place('2026-10-01'))
    await backUpCatalog(place('2026-10-02'))
    await writeFile(place('2026-11-20').catalog, '')
    await listEntries()
    for (let day = 10; day < 25; day += 1) await backUpCatalog(place(`2026-11-${day}`))
    expect(await days()).toEqual([
      ...Array.from({ length: 7 }, (_, at) => `2026-11-${24 - at}`),
      '2026-10-02'
    ])
    expect((await lostOn('2026-11-24'))?.day).toBe('2026-10-02')
  })

  it('is not reported when Latchkey has removed the entries itself', async () => {
    await listEntries('ana', 'bob')
    await backUpCatalog(place('2026-11-20'))
    const catalog = await openCatalog(place('2026-11-20').catalog)
    for (const account of ['ana', 'bob', 'nobody']) {
      catalog.remove(credentialKey({ service: 'api.example.net', account }))
    }
    catalog.close()
    expect(await lostOn('2026-11-20')).toBeNull()
    expect(await backUpCatalog(place('2026-11-20'), true)).toMatchObject({ day: '2026-11-20' })
  })
})

describe('restoring', () => {
  it('keeps the broken catalog beside the restored one', async () => {
    await remember('good')
    const backup = await backUpCatalog(place('2026-11-20'))
    await writeFile(place('2026-11-20').catalog, 'broken')
    await expect(openCatalog(place('2026-11-20').catalog)).rejects.toMatchObject({
      code: 'CREDENTIAL_UNREADABLE'
    })
    const kept = await restoreCatalog(place('2026-11-21'), backup!)
    expect(await remembered()).toBe('good')
    expect(await readdir(home)).toContain(kept)
  })

  it('works where the catalog is gone altogether', async () => {
    await remember('good')
    const backup = await backUpCatalog(place('2026-11-20'))
    for (const part of ['', '-wal', '-shm'])
      await rm(`${place('2026-11-20').catalog}${part}`, { force: true })
    await restoreCatalog(place('2026-11-21'), backup!)
    expect(await remembered()).toBe('good')
  })
})
