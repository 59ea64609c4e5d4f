// `npm run bench:broker`: requests that the vault sends, beside bare `node:https` requests to the same server on this
// computer, in one run; once with encrypted files and once with the keychain. Ends within three minutes.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Agent, get } from 'node:https'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MINUTE, SECOND } from '../src-main/core/tokens/lifetime.ts'
import { makeAuthority } from '../test/support/certificates.ts'
import { startPasser } from './broker-passer.ts'
import { startTokens } from './broker-token.ts'
import { DOWNLOAD_BYTES } from './broker-upstream.ts'
import { type Get, type Served, startVault, type Store, type Upstream } from './broker-vault.ts'
import { interleaved, percentile, report, type Row, row, type Sample } from './measure.ts'

const RUNS = Number(process.env['LATCHKEY_BENCH_RUNS'] ?? 1000)
const LOAD = 10 * RUNS
/** 0 skips the measurement at rest, for a short run. */
const REST_MS = Number(process.env['LATCHKEY_BENCH_REST_SECONDS'] ?? 30) * SECOND
const CLIENTS = 16
/** Requests and reads of a token take turns, so that other load of the machine affects both. */
const ROUNDS = 20
const DOWNLOADS = 9
const MIB = 1024 * 1024
/** The vault has written down its newest row of the audit log by then. */
const SETTLED_MS = 12_000
/** A tick of /proc/PID/stat in milliseconds. */
const TICK_MS = 10

/** Sends requests to the server without a vault, over connections that are kept. */
function bareGet({ port, ca }: Upstream): Get {
  const agent = new Agent({ keepAlive: true, ca })
  return async (path) => {
    const [answer] = (await once(get({ host: 'localhost', port, path, agent }), 'response')) as [
      IncomingMessage
    ]
    return answer as AsyncIterable<Uint8Array>
  }
}

/** Reads a body to its end and throws if it is empty. */
async function drained(answer: ReturnType<Get>, onPiece: () => void = () => undefined): Promise<number> {
  let length = 0
  for await (const piece of await answer) {
    length += piece.length
    onPiece()
  }
  if (length === 0) throw new Error('The answer is empty.')
  return length
}

const lessThan = (sample: Sample, typical: number): Sample => sample.map((ms) => ms - typical)
const median = (sample: Sample): number => percentile(sample, 0.5)

/** One request after the other, beside a bare one, and beside what each of them asks the store for. */
async function near(store: Store, ours: Get, bare: Get): Promise<Row[]> {
  const tokens = await startTokens(store)
  const tasks = { ours: () => drained(ours('/small')), bare: () => drained(bare('/small')) }
  await interleaved(tasks, RUNS) // V8 compiles the way of a request here and in the vault
  const sent: number[] = []
  const plain: number[] = []
  const token: number[] = []
  await tokens.timed(RUNS)
  for (let round = 0; round < ROUNDS; round += 1) {
    const { ours: some = [], bare: others = [] } = await interleaved(tasks, RUNS / ROUNDS)
    sent.push(...some)
    plain.push(...others)
    token.push(...(await tokens.timed(RUNS / ROUNDS)))
  }
  await tokens.close()
  const over = lessThan(sent, median(plain) + median(token))
  return [
    row({ name: `${store}: bare request`, sample: plain }),
    row({ name: `${store}: getToken, which reads the store`, sample: token }),
    row({ name: `${store}: brokered request`, sample: sent, limit: ['bare', plain] }),
    row({
      name: `${store}: brokered request beyond the medians of a bare one and a getToken`,
      sample: over,
      goal: ['≤ 1.2 ms at p50, ≤ 4 ms at p99', (found) => found.p50 <= 1.2 && found.p99 <= 4]
    })
  ]
}

/** Requests of 16 clients at once: the times of each, how many were answered in a second, and how many failed. */
async function load(gets: readonly Get[]) {
  const sample: number[] = []
  let [left, failed] = [LOAD, 0]
  const begun = performance.now()
  const run = async (send: Get): Promise<void> => {
    while (left > 0) {
      left -= 1
      const start = performance.now()
      await drained(send('/small')).catch(() => (failed += 1))
      sample.push(performance.now() - start)
    }
  }
  await Promise.all(gets.map(run))
  const perSecond = Math.round((LOAD / (performance.now() - begun)) * 1000)
  return { sample, perSecond, failed }
}

async function throughput({ store, clients, pid }: Served, bare: Get): Promise<Row> {
  await load(clients.map(() => bare)) // opens the connections
  const plain = await load(clients.map(() => bare))
  const { sample, perSecond, failed } = await load(clients)
  const memory = (rssOf(pid) / MIB).toFixed(0)
  return row({
    name: `${store}: ${CLIENTS} clients, ${perSecond} requests/s, ${failed} errors, ${memory} MiB after it`,
    sample,
    limit: [`bare, ${plain.perSecond} requests/s`, plain.sample],
    goal: ['≥ 1,000 requests/s, no error', () => perSecond >= 1000 && failed === 0 && plain.failed === 0]
  })
}

/** Time in milliseconds until the first event is whole. The rest is read, too. */
async function firstEvent(send: Get): Promise<number> {
  const begun = performance.now()
  let [text, ms] = ['', Number.NaN]
  for await (const piece of await send('/events')) {
    text += Buffer.from(piece).toString()
    if (Number.isNaN(ms) && text.includes('\n\n')) ms = performance.now() - begun
  }
  return ms
}

async function stream(store: Store, ours: Get, bare: Get): Promise<Row> {
  const samples: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] }
  for (let run = 0; run < RUNS / 5; run += 1) {
    samples.bare.push(await firstEvent(bare))
    samples.ours.push(await firstEvent(ours))
  }
  return row({
    name: `${store}: first event of a stream, later than the median of bare (${median(samples.bare).toFixed(1)} ms)`,
    sample: lessThan(samples.ours, median(samples.bare)),
    goal: ['≤ 5 ms at p50', ({ p50 }) => p50 <= 5]
  })
}

async function download({ store, clients, pid }: Served, bare: Get, passed: Get): Promise<Row> {
  const before = rssOf(pid)
  let [most, count] = [before, 0]
  const look = (): void => {
    count += 1
    if (count % 16 === 0) most = Math.max(most, rssOf(pid))
  }
  const whole = async (send: Get, onPiece?: () => void): Promise<void> => {
    if ((await drained(send('/download'), onPiece)) !== DOWNLOAD_BYTES) throw new Error('It is not whole.')
  }
  const tasks = {
    ours: () => whole(clients[0]!, look),
    bare: () => whole(bare, look),
    passed: () => whole(passed)
  }
  const { ours = [], bare: plain = [], passed: least = [] } = await interleaved(tasks, DOWNLOADS)
  const more = (most - before) / MIB
  return row({
    name: `${store}: download of 100 MB, ${more.toFixed(0)} MiB more memory (${(before / MIB).toFixed(0)} before)`,
    sample: ours,
    peer: ['a process that passes it on and does nothing else', least],
    limit: ['bare', plain],
    goal: [
      '≥ 0.7 × bare, ≤ 40 MB more',
      ({ ratioToLimit }) => ratioToLimit !== null && 1 / ratioToLimit >= 0.7 && more * MIB <= 40_000_000
    ]
  })
}

/** CPU time of a vault and its helper process without a request, as if for a minute, and their memory. */
async function idle({ store, pid }: Served): Promise<Row> {
  await sleep(SETTLED_MS)
  const all = [pid, ...childrenOf(pid)]
  const cpu = (): number => all.reduce((sum, each) => sum + cpuOf(each), 0)
  const before = cpu()
  await sleep(REST_MS)
  const sample = [(cpu() - before) * (MINUTE / REST_MS)]
  const memory = all.map((each) => (rssOf(each) / MIB).toFixed(0)).join(' + ')
  return row({
    name: `${store}: CPU in a minute of rest, ${memory} MiB`,
    sample,
    goal: ['≤ 300 ms (0.5 %)', ({ p50 }) => p50 <= 300]
  })
}

/** Resident memory of a process in bytes. */
function rssOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/** CPU time of a process so far in milliseconds: fields 14 and 15 of /proc/PID/stat (proc(5)). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.trim().split(' ').filter(Boolean).map(Number)
}

async function measured(vault: Served, bare: Get, passed: Get): Promise<Row[]> {
  const { store } = vault
  const [ours] = vault.clients as [Get]
  // Before the load, after which the vault has more memory.
  const copied = await download(vault, bare, passed)
  const rows = await near(store, ours, bare)
  return [...rows, await throughput(vault, bare), await stream(store, ours, bare), copied]
}

process.chdir(resolve(join(import.meta.dirname, '..')))
const authority = makeAuthority('Latchkey Bench')
const server = fork(join(import.meta.dirname, 'broker-upstream.ts'), ['serve'])
server.send(authority.issue({ name: 'localhost' }))
const [port] = (await once(server, 'message')) as [number]
const upstream: Upstream = { port, ca: authority.cert }
const bare = bareGet(upstream)
const passer = await startPasser(upstream)
const stores: readonly Store[] = ['file', 'keychain']
const vaults = await Promise.all(stores.map((store) => startVault(store, upstream, CLIENTS)))
for (const { clients } of vaults) await drained(clients[0]!('/small'))
const rested = REST_MS > 0 ? await Promise.all(vaults.map(idle)) : []
const rows: Row[] = []
for (const [index, vault] of vaults.entries()) {
  rows.push(...(await measured(vault, bare, passer.get)), ...rested.slice(index, index + 1))
  await vault.close()
}
await passer.close()
report('broker', rows)
process.exit(0)
