import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backUpCatalog, listBackups, restoreCatalog } from './catalog-backups.ts'
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

/** A catalog that remembers one word. */
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
