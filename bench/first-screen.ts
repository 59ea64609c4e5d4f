// `npm run bench`: the plain paths of the first screen, as a base line for later work.
import { join, resolve } from 'node:path'
import { toSummary } from '../src-main/core/list/summary.ts'
import { openCatalog } from '../src-main/storage/catalog/catalog.ts'
import { onHost } from '../e2e/support/chosen-electron.ts'
import { launchVault, newHome, removeHome } from '../e2e/support/launch.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../test/support/vault-harness.ts'
import { catalogEntries } from './catalog-entries.ts'
import { interleaved, report, type Row, row } from './measure.ts'
import { homeLayout } from '../src-main/home/home-layout.ts'

const RUNS = 1000
const STARTS = 10

/**
 * getToken with a valid key against one read through the native module with a connection that is kept open.
 */
async function warmToken(): Promise<Row> {
  const { vault, home } = await openTestVault()
  const ref = { service: 'stripe', account: 'bench' }
  await vault.handlers.addApiKey({
    ...ref,
    name: 'Stripe',
    key: 'sk_test_'.padEnd(2000, 'x'),
    allowedHosts: [],
    expiresAt: null,
    replace: false
  })
  const { AsyncEntry } = await import('@napi-rs/keyring')
  const entry = new AsyncEntry('latchkey', JSON.stringify([ref.service, ref.account]), {
    linux: { store: 'secret-service' }
  })
  const samples = await interleaved(
    { ours: () => vault.tokens.getToken(ref), raw: () => entry.getPassword() },
    RUNS
  )
  await vault.handlers.remove(JSON.stringify([ref.service, ref.account]))
  await vault.close()
  await removeVaultHome(home)
  return row({
    name: 'getToken, valid, 2 kB',
    sample: samples['ours']!,
    limit: ['raw keychain read', samples['raw']!],
    goal: ['≤ 1.25 × raw', ({ ratioToLimit }) => ratioToLimit !== null && ratioToLimit <= 1.25]
  })
}

/** The list of 1,000: from an open catalog to masked summaries, and the same with a newly opened catalog. */
async function list(count: number): Promise<Row[]> {
  const home = await newVaultHome()
  const path = homeLayout(home).catalog
  const catalog = await openCatalog(path)
  for (const entry of catalogEntries(count)) catalog.put(entry)
  const now = new Date()
  const summaries = (source: typeof catalog): unknown[] =>
    source.list().map((entry) => toSummary(entry, { now, refreshingSince: null }))
  const cold = async (): Promise<void> => {
    const fresh = await openCatalog(path)
    summaries(fresh)
    fresh.close()
  }
  const warm = await interleaved({ warm: () => summaries(catalog) }, 100)
  const colds = await interleaved({ cold }, 30)
  catalog.close()
  await removeVaultHome(home)
  const name = `list of ${count.toLocaleString('en')}`
  return [
    row({ name: `${name}, catalog open`, sample: warm['warm']! }),
    row({ name: `${name}, catalog opened`, sample: colds['cold']! })
  ]
}

/** From the start of the process to the first row on the screen. */
async function start(count: number): Promise<Row> {
  const home = newHome()
  const catalog = await openCatalog(homeLayout(home).catalog)
  for (const entry of catalogEntries(count)) catalog.put(entry)
  catalog.close()
  const sample: number[] = []
  for (let run = 0; run < STARTS; run += 1) {
    const begun = performance.now()
    const { app, page } = await launchVault({ home })
    await page.getByRole('grid', { name: 'Credentials' }).getByRole('row').first().waitFor()
    sample.push(performance.now() - begun)
    await app.close()
  }
  await removeHome(home)
  const where = onHost ? 'Chromium through the Electron host' : 'Electron'
  return row({ name: `start to list of ${count.toLocaleString('en')} (${where})`, sample })
}

process.chdir(resolve(join(import.meta.dirname, '..')))
report('first-screen', [await warmToken(), ...(await list(1000)), await start(1), await start(1000)])
process.exit(0)
