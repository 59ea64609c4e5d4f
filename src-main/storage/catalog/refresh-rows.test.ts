import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { openCatalog } from './catalog.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { exampleRef as ref } from '../storage.testkit.ts'

const at = new Date('2026-11-20T12:00:00.000Z')
const spent = new Secret('refresh-token-spent')

async function journal() {
  const path = join(await temporaryDir(), 'data', 'catalog.db')
  const catalog = await openCatalog(path)
  onTestFinished(() => catalog.close())
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
  database.exec('DROP TABLE refreshes; DROP TABLE sign_outs; PRAGMA user_version = 2')
  database.close()
  const again = await openCatalog(path)
  onTestFinished(() => again.close())
  again.refreshes.begin(ref, spent, at)
  expect([again.preference('kept'), again.refreshes.open()]).toEqual([7, [ref]])
})
