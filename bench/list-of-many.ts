import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { vaultRequests } from '#shared/ipc.ts'
import { readPreferences } from '#shared/preferences.ts'
import { CredentialFeed } from '../src-main/core/list/credential-feed.ts'
import { toSummary } from '../src-main/core/list/summary.ts'
import { trayModel } from '../src-main/core/list/tray-status.ts'
import { FakeClock } from '../src-main/core/testing/fake-clock.ts'
import { type Catalog, openCatalog } from '../src-main/storage/catalog/catalog.ts'
import { catalogEntries } from './catalog-entries.ts'
import { interleaved, type Row, row } from './measure.ts'

const COUNT = 10_000
const FIRST_PAGE = 200
const healthy = { backend: 'keychain', label: 'Keychain', state: 'healthy', problem: null } as const

/** The main process with a list of 10,000: what a window waits for, beside the same made anew for each question. */
export async function mainSide(): Promise<Row[]> {
  const folder = join(tmpdir(), `latchkey-bench-${randomUUID()}`)
  const path = join(folder, 'catalog.db')
  const catalog = await openCatalog(path)
  for (const entry of catalogEntries(COUNT)) catalog.put(entry)
  const feed = feedOver(catalog)
  const now = new Date()
  const anew = () => catalog.list().map((entry) => toSummary(entry, { now, refreshingSince: null }))
  const warm = await interleaved(
    {
      whole: () => checked(feed.page()),
      first: () => checked(feed.page(FIRST_PAGE)),
      anew,
      tray: () => trayModel(feed.summaries(), healthy)
    },
    50
  )
  async function opened(use: (fresh: Catalog) => unknown): Promise<void> {
    const fresh = await openCatalog(path)
    use(fresh)
    fresh.close()
  }
  const cold = await interleaved(
    {
      first: () => opened((fresh) => checked(feedOver(fresh).page(FIRST_PAGE))),
      anew: () =>
        opened((fresh) => fresh.list().map((entry) => toSummary(entry, { now, refreshingSince: null })))
    },
    15
  )
  const bytes = (value: unknown): number[] => [Buffer.byteLength(JSON.stringify(value)) / COUNT]
  const size = { sample: bytes(feed.page().credentials), peer: bytes(anew()) }
  catalog.close()
  rmSync(folder, { recursive: true })
  return [
    row({
      name: 'list of 10,000, whole, checked for the window',
      sample: warm['whole']!,
      peer: ['summaries made anew, unchecked', warm['anew']!],
      goal: ['≤ 5 ms', ({ p50 }) => p50 <= 5]
    }),
    row({
      name: 'list of 10,000, first page',
      sample: warm['first']!,
      peer: ['summaries made anew, unchecked', warm['anew']!],
      goal: ['≤ 5 ms', ({ p50 }) => p50 <= 5]
    }),
    row({
      name: 'list of 10,000, catalog opened, first page',
      sample: cold['first']!,
      peer: ['all summaries, unchecked', cold['anew']!],
      goal: ['≤ 150 ms', ({ p50 }) => p50 <= 150]
    }),
    row({
      name: 'a row on the wire',
      unit: 'bytes',
      sample: size.sample,
      peer: ['its summary', size.peer],
      goal: ['≤ 250 bytes', ({ p50 }) => p50 <= 250]
    }),
    row({ name: 'tray model', sample: warm['tray']!, goal: ['≤ 5 ms', ({ p50 }) => p50 <= 5] })
  ]
}

function checked(page: ReturnType<CredentialFeed['page']>): void {
  if (!v.is(vaultRequests.listCredentials.output, page)) throw new Error('The page fails its own check.')
}

function feedOver(catalog: Catalog): CredentialFeed {
  const preferences = readPreferences(null)
  return new CredentialFeed({
    repository: catalog,
    clock: new FakeClock(new Date()),
    preferences: { get: () => preferences },
    onChange: () => undefined
  })
}
