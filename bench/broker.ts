// `npm run bench:broker`: requests that the vault sends, beside bare `node:https` requests to the same server on this
// computer, in one run; once with encrypted files and once with the keychain. LATCHKEY_BENCH_PROFILE: a folder for
// CPU profiles of the vault.
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { MINUTE } from '../src-main/core/tokens/lifetime.ts'
import { Secret } from '../src-main/core/secret.ts'
import { sampleKey } from '../src-main/core/testing/samples.ts'
import { homeLayout } from '../src-main/home/home-layout.ts'
import type { QuestionView } from '../src-shared/broker/use.ts'
import { TERMINAL } from '../src-socket/handshake.ts'
import { socketPlace, terminalKeyFile } from '../src-socket/socket-path.ts'
import { VaultConnection, VaultRefusal } from '../src-socket/vault-connection.ts'
import { type KeyPair, makeAuthority } from '../test/support/certificates.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../test/support/vault-harness.ts'
import { interleaved, percentile, report, type Row, row, type Sample } from './measure.ts'

const RUNS = Number(process.env['LATCHKEY_BENCH_RUNS'] ?? 1000)
const LOAD = 10 * RUNS
/** 0 skips the measurement at rest, for a short run. */
const MINUTES = Number(process.env['LATCHKEY_BENCH_MINUTES'] ?? 1)
const PROFILES = process.env['LATCHKEY_BENCH_PROFILE'] ?? null
const CLIENTS = 16
const DOWNLOAD_BYTES = 100_000_000
const MIB = 1024 * 1024
const KEY = `sk_test_${'4eC39HqLyjWDarjtT1zdp7dc'.repeat(4)}`
/** The vault has written down its newest row of the audit log by then. */
const SETTLED_MS = 12_000
/** A tick of /proc/PID/stat in milliseconds. */
const TICK_MS = 10

type Store = 'file' | 'keychain'
type Body = AsyncIterable<Uint8Array>
/** Sends a GET for a path and gives the body of the answer. */
type Get = (path: string) => Promise<Body>

/** A vault process with an approval for every path of the server. */
type Served = {
  readonly pid: number
  readonly clients: readonly Get[]
  readonly close: () => Promise<void>
}

/** The server of the bench, in a process of its own: gets its certificate by a message and answers with its port. */
async function serveUpstream(): Promise<void> {
  const [pair] = (await once(process, 'message')) as [KeyPair]
  const small = JSON.stringify({ data: 'x'.repeat(1000) })
  // Text, as most answers are, in which the first two letters of a key occur by chance.
  const piece = Buffer.from(randomBytes(48_000).toString('base64'))
  const server = createServer(pair, (request, response) => {
    if (request.url === '/download') {
      response.setHeader('content-length', DOWNLOAD_BYTES)
      pipeline(Readable.from(pieces(piece)), response, () => undefined)
    } else if (request.url === '/events') void sendEvents(response)
    else response.end(small)
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.once('disconnect', () => process.exit())
}

function* pieces(piece: Buffer): Generator<Buffer> {
  for (let left = DOWNLOAD_BYTES; left > 0; left -= piece.length) yield piece.subarray(0, left)
}

/** Two events: what a stream holds back of the first one would come with the second one. */
async function sendEvents(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: {"delta":"first"}\n\n')
  await sleep(20)
  response.end('data: {"delta":"second"}\n\n')
}

/** Sends requests to the server without a vault, over connections that are kept. */
function bareGet(port: number, ca: string): Get {
  const agent = new Agent({ keepAlive: true, ca })
  return async (path) => {
    const [answer] = (await once(get({ host: 'localhost', port, path, agent }), 'response')) as [
      IncomingMessage
    ]
    return answer as Body
  }
}

/** Starts a vault process that holds a key for the server, and connects the clients. */
async function startVault(store: Store, port: number, ca: string): Promise<Served> {
  const home = await newVaultHome()
  const env = {
    ...process.env,
    LATCHKEY_HOME: home,
    LATCHKEY_STORE: store,
    LATCHKEY_SERVE_IDLE_SECONDS: '3600'
  }
  const file = join(home, 'bench.env')
  writeFileSync(file, `STRIPE_API_KEY=${KEY}\n`, { mode: 0o600 })
  const imported = spawnSync(process.execPath, ['bin/latchkey.mjs', 'import', file], {
    env,
    encoding: 'utf8'
  })
  if (imported.status !== 0) throw new Error(imported.stderr)
  writeFileSync(join(home, 'ca.pem'), ca, { mode: 0o600 })
  writeFileSync(homeLayout(home).policy, policyText(home, `localhost:${port}`), { mode: 0o600 })
  const profiled = PROFILES === null ? [] : ['--cpu-prof', '--cpu-prof-dir', PROFILES]
  const vault = spawn(process.execPath, [...profiled, 'bin/latchkey.mjs', 'serve'], { env, stdio: 'inherit' })
  const connections: VaultConnection[] = []
  for (let client = 0; client < CLIENTS; client += 1) connections.push(await connected(vault, home))
  const url = (path: string): string => `https://localhost:${port}${path}`
  await allowHost(connections[0]!, url('/small'))
  return {
    pid: vault.pid!,
    clients: connections.map(
      (connection): Get =>
        (path) =>
          brokered(connection, url(path))
    ),
    close: async () => {
      for (const connection of connections) connection.close()
      vault.kill('SIGTERM')
      if (vault.exitCode === null) await once(vault, 'exit')
      await removeVaultHome(home)
    }
  }
}

function policyText(home: string, host: string): string {
  return JSON.stringify({
    version: 1,
    network: { ca_file: join(home, 'ca.pem'), local_hosts: [host] },
    services: { stripe: { hosts: [host] } },
    clients: { terminal: { per_minute: 1_000_000, per_day: 100_000_000 } }
  })
}

/** Connects as the person's terminal, once the vault process listens. */
async function connected(vault: ChildProcess, home: string): Promise<VaultConnection> {
  for (;;) {
    try {
      const secret = Buffer.from(readFileSync(terminalKeyFile(home), 'utf8').trim(), 'hex')
      return await VaultConnection.open(socketPlace(home).path!, { client: TERMINAL, secret })
    } catch (error) {
      if (error instanceof VaultRefusal || vault.exitCode !== null) throw error
      await sleep(25)
    }
  }
}

const useOf = (url: string) => {
  const nothing = { account: null, scope: null, reason: null }
  return { ...nothing, service: 'stripe', method: 'GET', url, headers: [], hasBody: false, waits: false }
}

async function allowHost(connection: VaultConnection, url: string): Promise<void> {
  const asked = (await connection.ask('use', useOf(url))) as { readonly question: QuestionView }
  const { id, digest } = asked.question
  const answer = { kind: 'allowed', duration: 'until-lock', wholeHost: true }
  await connection.ask('answerQuestion', { id, digest, answer })
}

async function brokered(connection: VaultConnection, url: string): Promise<Body> {
  const { value, body } = await connection.stream('use', [useOf(url)])
  if ((value as { readonly status?: number }).status !== 200 || body === null)
    throw new Error('It was not sent.')
  return body
}

/** Reads a body to its end and throws if it is empty. */
async function drained(answer: Promise<Body>, onPiece: () => void = () => undefined): Promise<number> {
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
  const { vault, home } = await openTestVault({ store })
  const held = { ...sampleKey(), ref: { service: 'bench', account: 'broker' }, key: new Secret(KEY) }
  await vault.repository.save(held)
  const tasks = {
    ours: () => drained(ours('/small')),
    bare: () => drained(bare('/small')),
    token: () => vault.tokens.getToken(held.ref)
  }
  await interleaved(tasks, 200)
  const { ours: sent = [], bare: plain = [], token = [] } = await interleaved(tasks, RUNS)
  await vault.repository.remove(held.ref)
  await vault.close()
  await removeVaultHome(home)
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

async function throughput(store: Store, { clients, pid }: Served, bare: Get): Promise<Row> {
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

async function download(store: Store, { clients, pid }: Served, bare: Get): Promise<Row> {
  const before = rssOf(pid)
  let [most, count] = [before, 0]
  const look = (): void => {
    count += 1
    if (count % 16 === 0) most = Math.max(most, rssOf(pid))
  }
  const whole = async (send: Get, onPiece?: () => void): Promise<void> => {
    if ((await drained(send('/download'), onPiece)) !== DOWNLOAD_BYTES) throw new Error('It is not whole.')
  }
  const tasks = { ours: () => whole(clients[0]!, look), bare: () => whole(bare, look) }
  const { ours = [], bare: plain = [] } = await interleaved(tasks, 9)
  const more = (most - before) / MIB
  return row({
    name: `${store}: download of 100 MB, ${more.toFixed(0)} MiB more memory (${(before / MIB).toFixed(0)} before)`,
    sample: ours,
    limit: ['bare', plain],
    goal: [
      '≥ 0.7 × bare, ≤ 40 MB more',
      ({ ratioToLimit }) => ratioToLimit !== null && 1 / ratioToLimit >= 0.7 && more * MIB <= 40_000_000
    ]
  })
}

/** CPU time of the vault and its helper process in a minute without a request, and their memory. */
async function idle(store: Store, { pid }: Served): Promise<Row> {
  await sleep(SETTLED_MS)
  const all = [pid, ...childrenOf(pid)]
  const cpu = (): number => all.reduce((sum, each) => sum + cpuOf(each), 0)
  const sample: number[] = []
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const before = cpu()
    await sleep(MINUTE)
    sample.push(cpu() - before)
  }
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

async function measured(store: Store, port: number, ca: string): Promise<Row[]> {
  const vault = await startVault(store, port, ca)
  const [ours] = vault.clients as [Get]
  const bare = bareGet(port, ca)
  try {
    await drained(ours('/small'))
    const rest = MINUTES > 0 ? [await idle(store, vault)] : []
    // Before the load, after which the vault has more memory.
    const copied = await download(store, vault, bare)
    const rows = await near(store, ours, bare)
    return [...rows, await throughput(store, vault, bare), await stream(store, ours, bare), copied, ...rest]
  } finally {
    await vault.close()
  }
}

process.chdir(resolve(join(import.meta.dirname, '..')))
if (process.argv[2] === 'server') await serveUpstream()
else {
  const authority = makeAuthority('Latchkey Bench')
  const server = fork(import.meta.filename, ['server'])
  server.send(authority.issue({ name: 'localhost' }))
  const [port] = (await once(server, 'message')) as [number]
  const rows = [
    ...(await measured('file', port, authority.cert)),
    ...(await measured('keychain', port, authority.cert))
  ]
  report('broker', rows)
  process.exit(0)
}
