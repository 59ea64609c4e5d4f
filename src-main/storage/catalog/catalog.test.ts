import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { toCatalogEntry } from '../../core/catalog-entry.ts'
import { openCatalog, type Catalog } from './catalog.ts'
import { readCatalogFile } from '../doctor/doctor-catalog.ts'
import { tallyOf } from './catalog-tally.ts'
import { exampleApiKey, exampleExchanges, exampleGrant, exampleRef } from '../storage.testkit.ts'

const grantEntry = toCatalogEntry(exampleGrant(), 'keychain', null)
const keyEntry = toCatalogEntry(exampleApiKey(), 'encrypted-file', null)
const now = new Date('2026-11-20T12:00:00.000Z')
const key = credentialKey(exampleRef)

async function makeCatalog(): Promise<{ path: string; catalog: Catalog; again: () => Promise<Catalog> }> {
  const path = join(await temporaryDir(), 'data', 'catalog.db')
  const open = async (): Promise<Catalog> => {
    const catalog = await openCatalog(path)
    onTestFinished(() => catalog.close())
    return catalog
  }
  return { path, catalog: await open(), again: open }
}

test('Entries come back as they were put, sorted by key, also after reopening', async () => {
  const { catalog, again } = await makeCatalog()
  catalog.put(grantEntry)
  catalog.put(keyEntry)
  expect(catalog.list()).toEqual([keyEntry, grantEntry])
  expect((await again()).find(exampleRef)).toEqual(grantEntry)
})

test('The catalog holds no secret', async () => {
  const { path, catalog } = await makeCatalog()
  catalog.put(grantEntry)
  const bytes = (await readFile(path, 'latin1')) + (await readFile(`${path}-wal`, 'latin1'))
  expect(bytes).toContain('sso.example.net')
  for (const secret of ['access-token', 'refresh-token', 'client-secret']) expect(bytes).not.toContain(secret)
})

test('The catalog and its journal are for their owner alone, whatever the umask', async () => {
  const before = process.umask(0o000)
  try {
    const { path, catalog } = await makeCatalog()
    catalog.put(grantEntry)
    const modes = await Promise.all(
      [path, `${path}-wal`, `${path}-shm`, join(path, '..')].map(
        async (name) => (await stat(name)).mode & 0o777
      )
    )
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o700])
  } finally {
    process.umask(before)
  }
})

test('The catalog writes ahead, so that a reader never waits for a writer', async () => {
  const { path } = await makeCatalog()
  const database = new DatabaseSync(path)
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  database.close()
})

test('An entry that is being removed is hidden; settling shows it again', async () => {
  const { catalog } = await makeCatalog()
  catalog.put(grantEntry)
  catalog.begin(key, 'remove', now)
  expect([catalog.list(), catalog.find(exampleRef), catalog.intents()]).toEqual([
    [],
    null,
    [{ key, kind: 'remove' }]
  ])
  expect([catalog.backendOf(key), catalog.keys()]).toEqual(['keychain', [key]])
  catalog.settle(key)
  expect(catalog.list()).toEqual([grantEntry])
})

test('An entry that is saved for the first time is not listed before it is there', async () => {
  const { catalog } = await makeCatalog()
  catalog.begin(key, 'save', now)
  expect([catalog.list(), catalog.intentOf(key), catalog.keys()]).toEqual([[], 'save', [key]])
  catalog.put(grantEntry)
  expect([catalog.list(), catalog.intentOf(key)]).toEqual([[grantEntry], null])
})

test('Health and last use change alone and leave an intent as it is', async () => {
  const { catalog } = await makeCatalog()
  catalog.put(grantEntry)
  catalog.begin(key, 'save', now)
  const health = { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: now } as const
  expect(catalog.setHealth(exampleRef, health)).toEqual({ ...grantEntry, health })
  expect(catalog.setLastUsed(exampleRef, now)).toEqual({ ...grantEntry, health, lastUsedAt: now })
  expect(catalog.intentOf(key)).toBe('save')
  expect(catalog.setLastUsed({ service: 'absent', account: 'x' }, now)).toBeNull()
})

const labels = { name: 'Mine', isFavourite: true, tags: ['work'], note: 'two\nlines' }

test('Labels outlive a save and a restart, and go with their entry', async () => {
  const { catalog, again } = await makeCatalog()
  catalog.put(grantEntry)
  expect(catalog.setLabels({ service: 'absent', account: 'x' }, labels)).toBeNull()
  expect(catalog.setLabels(exampleRef, labels)).toEqual({ ...grantEntry, labels })
  catalog.put(grantEntry)
  expect(catalog.list()).toEqual([{ ...grantEntry, labels }])
  expect((await again()).find(exampleRef)?.labels).toEqual(labels)
  expect(catalog.setLabels(exampleRef, null)).toEqual(grantEntry)
  catalog.setLabels(exampleRef, labels)
  catalog.remove(key)
  catalog.put(grantEntry)
  expect(catalog.find(exampleRef)).toEqual(grantEntry)
})

test('Labels that another process wrote are seen, and those that can not be read hide no entry', async () => {
  const { path, catalog, again } = await makeCatalog()
  catalog.put(grantEntry)
  const other = await again()
  other.setLabels(exampleRef, labels)
  expect(catalog.find(exampleRef)?.labels).toEqual(labels)
  const database = new DatabaseSync(path)
  database.exec(`UPDATE labels SET value = '{"name":7}'`)
  database.close()
  expect(catalog.list()).toEqual([grantEntry])
})

test('The row of a key holds the state of its rotation if there is one, without the other key', async () => {
  const { path, catalog } = await makeCatalog()
  for (const rotation of exampleExchanges) {
    const entry = toCatalogEntry({ ...exampleApiKey(), rotation }, 'keychain', null)
    catalog.put(entry)
    expect(catalog.find(entry.ref)).toEqual(entry)
    expect(entry.rotation).toMatchObject({ kind: rotation.kind, since: rotation.since })
    expect((await readFile(path, 'latin1')) + (await readFile(`${path}-wal`, 'latin1'))).not.toContain(
      'the-other'
    )
  }
  catalog.put(keyEntry)
  const database = new DatabaseSync(path)
  const row = database.prepare('SELECT details FROM credentials WHERE kind = ?').get('api-key')
  database.close()
  expect([row?.['details'], catalog.find(keyEntry.ref)?.rotation]).toEqual([
    expect.not.stringContaining('rotation'),
    null
  ])
})

test.each([
  ['details', 'no JSON'],
  ['details', '{}'],
  ['health', '{"kind":"splendid"}'],
  ['backend', 'cloud'],
  ['kind', 'password']
])('A row whose %s is broken is listed as unreadable and the others stand', async (column, value) => {
  const { path, catalog } = await makeCatalog()
  catalog.put(grantEntry)
  catalog.put(keyEntry)
  const database = new DatabaseSync(path)
  database.prepare(`UPDATE credentials SET ${column} = ? WHERE key = ?`).run(value, key)
  database.close()
  const [first, second] = catalog.list()
  expect(first).toEqual(keyEntry)
  expect(second).toMatchObject({
    ref: exampleRef,
    health: { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' }
  })
})

test('A catalog of a newer version is refused and left as it is', async () => {
  const { path, catalog } = await makeCatalog()
  catalog.close()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 99')
  database.close()
  const before = await readFile(path)
  await expect(openCatalog(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  expect(await readFile(path)).toEqual(before)
})

test('A file that is no catalog is refused and left as it is', async () => {
  const path = join(await temporaryDir(), 'catalog.db')
  await writeFile(path, 'something else entirely, and long enough to be looked at'.repeat(100))
  await expect(openCatalog(path)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(await readFile(path, 'utf8')).toContain('something else')
})

test('Two processes write side by side', async () => {
  const { catalog, again } = await makeCatalog()
  const other = await again()
  catalog.put(grantEntry)
  other.put(keyEntry)
  expect(catalog.list()).toHaveLength(2)
})

test('Preferences are kept by name; a broken preference is absent', async () => {
  const { path, catalog, again } = await makeCatalog()
  expect(catalog.preference('preferences')).toBeNull()
  catalog.setPreference('preferences', { theme: 'dark' })
  expect((await again()).preference('preferences')).toEqual({ theme: 'dark' })
  const database = new DatabaseSync(path)
  database.exec(`UPDATE preferences SET value = '{'`)
  database.close()
  expect(catalog.preference('preferences')).toBeNull()
})

test('Two catalogs on one file see each other’s writes at once', async () => {
  const { catalog, again } = await makeCatalog()
  const other = await again()
  catalog.put(grantEntry)
  expect([catalog.list(), other.list(), other.find(exampleRef)]).toEqual([
    [grantEntry],
    [grantEntry],
    grantEntry
  ])
  const health = { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: now } as const
  other.setHealth(exampleRef, health)
  expect(catalog.find(exampleRef)).toEqual({ ...grantEntry, health })
  other.put(keyEntry)
  expect(catalog.list()).toEqual([keyEntry, { ...grantEntry, health }])
  other.begin(key, 'remove', now)
  expect([catalog.find(exampleRef), catalog.intentOf(key), catalog.list()]).toEqual([
    null,
    'remove',
    [keyEntry]
  ])
  other.settle(key)
  expect([catalog.intentOf(key), catalog.list()]).toEqual([null, [keyEntry, { ...grantEntry, health }]])
  other.remove(key)
  expect([catalog.find(exampleRef), catalog.backendOf(key), catalog.list()]).toEqual([null, null, [keyEntry]])
})

test('Any order of writes through two catalogs is seen alike by both and by a third that is opened again', async () => {
  const { catalog, again } = await makeCatalog()
  const both = [catalog, await again()] as const
  const entries = Array.from({ length: 6 }, (_unused, index) => ({
    ...grantEntry,
    ref: { service: 'sso.example.net', account: `🔑${index}` }
  }))
  let state = 20_261_121
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
  for (let step = 0; step < 300; step += 1) {
    const entry = entries[random(entries.length)] ?? grantEntry
    const name = credentialKey(entry.ref)
    const writer = both[random(2)] ?? catalog
    const writes = [
      () => writer.put({ ...entry, name: `name ${step}` }),
      () => writer.remove(name),
      () => writer.begin(name, random(2) ? 'remove' : 'save', now),
      () => writer.settle(name),
      () => writer.setHealth(entry.ref, { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' })
    ]
    writes[random(writes.length)]?.()
    expect(both[1].list()).toEqual(catalog.list())
    expect(both[1].find(entry.ref)).toEqual(catalog.find(entry.ref))
  }
  expect((await again()).list()).toEqual(catalog.list())
})

test('A change that fails leaves what is shown as it is in the file', async () => {
  const { path, catalog } = await makeCatalog()
  catalog.put(grantEntry)
  expect(catalog.list()).toEqual([grantEntry])
  const other = new DatabaseSync(path)
  other.exec(`CREATE TRIGGER full BEFORE DELETE ON credentials BEGIN SELECT RAISE(ABORT, 'full'); END`)
  other.close()
  expect(() => catalog.remove(key)).toThrow(expect.objectContaining({ code: 'STORE_WRITE_FAILED' }))
  expect([catalog.list(), catalog.find(exampleRef)]).toEqual([[grantEntry], grantEntry])
})

test('A last use is shown at once and in the file after the flush, and never goes back', async () => {
  const { path, catalog } = await makeCatalog()
  catalog.put(grantEntry)
  const shown = (): unknown => {
    const database = new DatabaseSync(path)
    const row = database.prepare('SELECT last_used_at FROM credentials').get()
    database.close()
    return row?.['last_used_at']
  }
  catalog.setLastUsed(exampleRef, now)
  expect([catalog.find(exampleRef)?.lastUsedAt, catalog.list()[0]?.lastUsedAt, shown()]).toEqual([
    now,
    now,
    null
  ])
  const other = await openCatalog(path)
  const later = new Date('2026-11-20T13:00:00.000Z')
  other.setLastUsed(exampleRef, later)
  other.close()
  expect(shown()).toBe(later.toISOString())
  catalog.close()
  expect(shown()).toBe(later.toISOString())
})

test('A last use that waits goes to the file on its own', async () => {
  const path = join(await temporaryDir(), 'catalog.db')
  const catalog = await openCatalog(path, 20)
  onTestFinished(() => catalog.close())
  const other = await openCatalog(path)
  onTestFinished(() => other.close())
  catalog.put(grantEntry)
  catalog.setLastUsed(exampleRef, now)
  await expect.poll(() => other.find(exampleRef)?.lastUsedAt).toEqual(now)
})

test.each([
  [
    'a view with rows without end',
    `DROP TABLE credentials; CREATE VIEW credentials AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
       SELECT 'k' || i AS key, 's' AS service, 'a' AS account, 'api-key' AS kind, 'keychain' AS backend, '{}' AS details,
         '{}' AS health, NULL AS last_used_at, NULL AS saved_at FROM n`
  ],
  [
    'a view for the preferences',
    "DROP TABLE preferences; CREATE VIEW preferences AS SELECT 'a' AS name, '1' AS value"
  ],
  ['a trigger', 'CREATE TRIGGER t AFTER INSERT ON credentials BEGIN DELETE FROM intents; END'],
  ['a further table', 'CREATE TABLE more (a)'],
  ['a table of another form', 'DROP TABLE preferences; CREATE TABLE preferences (name, value)'],
  ['an index with a calculation', 'CREATE INDEX i ON credentials (length(details))'],
  ['a virtual table', 'CREATE VIRTUAL TABLE more USING fts5(a)']
])('A catalog with %s is left untouched, as it is by the doctor and by the backups', async (_what, sql) => {
  const { path, catalog, again } = await makeCatalog()
  catalog.put(grantEntry)
  catalog.close()
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
  const before = await readFile(path)
  const unreadable = { code: 'CREDENTIAL_UNREADABLE' }
  await expect(again()).rejects.toMatchObject(unreadable)
  await expect(readCatalogFile(path)).rejects.toMatchObject(unreadable)
  expect(tallyOf(path)).toEqual({ entries: 0, removals: 0 })
  expect((await readFile(path)).equals(before)).toBe(true)
})

test('A catalog that SQLite keeps statistics of is opened as usual', async () => {
  const { path, catalog, again } = await makeCatalog()
  catalog.put(grantEntry)
  catalog.close()
  const database = new DatabaseSync(path)
  database.exec('ANALYZE')
  database.close()
  expect((await again()).list()).toEqual([grantEntry])
})
