// `npm run bench:storage`: the secure store against the raw module, Python's `keyring` and `secret-tool`, in
// one run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { encodeEntry } from '../src-main/storage/catalog/catalog-codec.ts'
import { openCatalog } from '../src-main/storage/catalog/catalog.ts'
import { SecureStore } from '../src-main/storage/secure-store.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../test/support/vault-harness.ts'
import { catalogEntries } from './catalog-entries.ts'
import { interleaved, percentile, report, type Row, row, type Sample } from './measure.ts'
import { pythonPeer, pythonProcess, secretToolPeer } from './storage-peers.ts'
import { homeLayout } from '../src-main/home/home-layout.ts'

const RUNS = Number(process.env['LATCHKEY_BENCH_RUNS'] ?? 300)
const SERVICE = 'latchkey-bench'
const secret = 'x'.repeat(2000)
const pinned = { linux: { store: 'secret-service' } } as const
const { AsyncEntry } = await import('@napi-rs/keyring')

type Way = 'ours' | 'raw' | 'python' | 'tool'
type Ways = Readonly<Record<Way, Sample>>
type Goal = readonly [string, (row: Row) => boolean]

function waysOf(samples: Readonly<Record<string, number[]>>): Ways {
  const of = (way: Way): Sample => samples[way] ?? []
  return { ours: of('ours'), raw: of('raw'), python: of('python'), tool: of('tool') }
}

/** Rows of one operation: against the raw module as the limit, and against each of the two peers. */
function compared(name: string, ways: Ways, limitAt: number, bothEnds: boolean): Row[] {
  const tail = percentile(ways.ours, 0.99) / percentile(ways.raw, 0.99)
  const near = ({ ratioToLimit }: Row): boolean =>
    ratioToLimit !== null && ratioToLimit <= limitAt && (!bothEnds || tail <= limitAt)
  const far = ({ ratioToPeer }: Row): boolean => ratioToPeer !== null && ratioToPeer <= 0.2
  const ends = bothEnds ? ` at p50 and p99 (p99 × ${tail.toFixed(2)})` : ''
  const toRaw: Goal = [`≤ ${limitAt} × raw${ends}`, near]
  const toPython: Goal = ['≥ 5 × faster than Python keyring', far]
  const sample = ways.ours
  return [
    row({ name, sample, limit: ['raw module', ways.raw], goal: toRaw }),
    row({ name: `${name} and Python`, sample, peer: ['Python keyring', ways.python], goal: toPython }),
    row({ name: `${name} and secret-tool`, sample, peer: ['secret-tool', ways.tool] })
  ]
}

/** get, set and delete beside `count` items that are already there. */
async function operations(count: number): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const store = new SecureStore(SERVICE, { fallbackDir: join(dir, 'secrets'), fallbackPolicy: 'deny' })
  const python = pythonPeer(SERVICE)
  const tool = secretToolPeer(SERVICE)
  const raw = new AsyncEntry(SERVICE, 'raw', pinned)
  for (let index = 0; index < count; index += 1) await store.set(`item ${index}`, secret)
  const set = {
    ours: () => store.set('ours', secret),
    raw: () => raw.setPassword(secret),
    python: () => python.run('set', 'python', secret),
    tool: () => tool.run('set', 'tool', secret)
  }
  const rawSetAndGet = async (): Promise<void> => {
    await raw.setPassword(secret)
    await raw.getPassword()
  }
  const sets = waysOf(await interleaved(set, count > 100 ? 50 : RUNS))
  const get = {
    ours: () => store.get('ours'),
    raw: () => raw.getPassword(),
    python: () => python.run('get', 'python'),
    tool: () => tool.run('get', 'tool')
  }
  const gets = waysOf(await interleaved(get, RUNS))
  // Measured apart from the processes, which leave no cache warm.
  const near = await interleaved({ ours: get.ours, raw: get.raw }, 5 * RUNS)
  const nearSets = await interleaved(
    { ours: set.ours, raw: set.raw, both: rawSetAndGet },
    count > 100 ? 50 : RUNS
  )
  const started = await interleaved({ python: () => pythonProcess(SERVICE, 'python') }, 10)
  const remove = {
    ours: () => store.delete('ours'),
    raw: () => raw.deletePassword(),
    python: () => python.run('delete', 'python'),
    tool: () => tool.run('delete', 'tool')
  }
  const deletes = await afterEach(remove, set, count > 100 ? 20 : 100)
  const rows = [
    ...compared(`get, ${count} items`, { ...gets, ours: near['ours']!, raw: near['raw']! }, 1.25, true),
    row({
      name: `get, ${count} items, Python’s start counted`,
      sample: near['ours']!,
      peer: ['Python keyring, process', started['python']!]
    }),
    ...compared(
      `set and read back, ${count} items`,
      { ...sets, ours: nearSets['ours']!, raw: nearSets['raw']! },
      1.5,
      false
    ),
    row({
      name: `set and read back, ${count} items, the same work`,
      sample: nearSets['ours']!,
      limit: ['raw module, set and get', nearSets['both']!]
    }),
    ...compared(`delete and look, ${count} items`, waysOf(deletes), 1.5, false).map((each) => ({
      ...each,
      goal: each.peer === null ? null : each.goal,
      met: each.peer === null ? null : each.met
    }))
  ]
  for (let index = 0; index < count; index += 1) await store.delete(`item ${index}`)
  await store.close()
  python.close()
  rmSync(dir, { recursive: true, force: true })
  return rows
}

/** Times `tasks`. Before each one it runs the task of the same name in `before`, untimed. */
async function afterEach(
  tasks: Readonly<Record<string, () => unknown>>,
  before: Readonly<Record<string, () => unknown>>,
  runs: number
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = {}
  for (let run = 0; run < runs; run += 1) {
    for (const [name, task] of Object.entries(tasks)) {
      await before[name]?.()
      const start = performance.now()
      await task()
      ;(samples[name] ??= []).push(performance.now() - start)
    }
  }
  return samples
}

/** Writes the rows at once: ten thousand durable puts are not part of the measurement. */
async function seed(path: string, count: number): Promise<void> {
  ;(await openCatalog(path)).close()
  const database = new DatabaseSync(path)
  const insert = database.prepare(
    'INSERT INTO credentials (key, service, account, kind, backend, details, health) VALUES (?, ?, ?, ?, ?, ?, ?)'
  )
  database.exec('BEGIN')
  for (const { key, service, account, kind, backend, details, health } of catalogEntries(count).map((entry) =>
    encodeEntry(entry)
  )) {
    insert.run(key, service, account, kind, backend, details, health)
  }
  database.exec('COMMIT')
  database.close()
}

/** Times the list of a catalog with rows and no items: the list never opens the keychain. */
async function list(count: number): Promise<Row[]> {
  const home = await newVaultHome()
  const path = homeLayout(home).catalog
  await seed(path, count)
  const catalog = await openCatalog(path)
  const cold = async (): Promise<void> => {
    const fresh = await openCatalog(path)
    if (fresh.list().length !== count) throw new Error('The list is not whole.')
    fresh.close()
  }
  const samples = await interleaved({ warm: () => catalog.list(), cold }, 30)
  catalog.close()
  await removeVaultHome(home)
  const name = `list of ${count.toLocaleString('en')} (rows seeded in the catalog, 0 keychain calls)`
  const under = (ms: number): Goal => [`≤ ${ms} ms`, ({ p50 }) => p50 <= ms]
  return [
    row({ name: `${name}, cold`, sample: samples['cold']!, goal: under(150) }),
    row({ name: `${name}, warm`, sample: samples['warm']!, goal: under(5) })
  ]
}

/** From `createVault` to the first list, in this process. */
async function start(count: number): Promise<Row> {
  const sample: number[] = []
  for (let run = 0; run < 10; run += 1) {
    const home = await newVaultHome()
    await seed(homeLayout(home).catalog, count)
    const begun = performance.now()
    const { vault } = await openTestVault({ home })
    vault.repository.list()
    sample.push(performance.now() - begun)
    await vault.close()
    await removeVaultHome(home)
  }
  const name = `start-up of the vault to the first list of ${count.toLocaleString('en')}`
  return row({ name, sample, goal: ['≤ 200 ms', ({ p50 }) => p50 <= 200] })
}

process.chdir(resolve(join(import.meta.dirname, '..')))
const lists = [...(await list(10)), ...(await list(1000)), ...(await list(10_000))]
const counts = (process.env['LATCHKEY_BENCH_ITEMS'] ?? '10,1000').split(',').map(Number)
const rows: Row[] = []
for (const count of counts) rows.push(...(await operations(count)))
report('storage', [...rows, ...lists, await start(1000)])
process.exit(0)
