// `npm run bench:cli`: what a call of the command line costs, beside `node -e 0`, `secret-tool lookup`, Python's `keyring
// get` and `gh auth token` in one run: CPU and peak memory of help and completion, and the time by the clock of `status`
// and `token` with a vault that runs. Measures the build of `npm run build`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { QuestionView } from '#shared/broker/use.ts'
import { endServe } from '../test/support/serve.ts'
import { handOut } from '../test/support/use-world.ts'
import { connectTo } from '../test/support/vault-processes.ts'
import { type Row, report, row, type Sample } from './measure.ts'
import { python, secretToolPeer } from './storage-peers.ts'

const RUNS = Number(process.env['LATCHKEY_BENCH_RUNS'] ?? 40)
const SERVICE = 'latchkey-bench'
const MOST = 1.6
const MOST_KIB = 60 * 1024
/** Goals of a command that asks a vault, by the clock. */
const [MOST_WALL, MOST_OF_KEYRING] = [2.2, 0.4]

type Cost = { readonly cpu: Sample; readonly wall: Sample; readonly peakKib: number }
type Run = readonly [cpuSeconds: number, kib: number, seconds: number]

/** CPU and time in milliseconds and peak memory of every command, by their names. */
function costsOf(commands: Readonly<Record<string, readonly string[]>>): Record<string, Cost> {
  const input = JSON.stringify({ runs: RUNS, commands })
  const script = join(import.meta.dirname, 'process-cost.py')
  const { status, stdout, stderr } = spawnSync(python, [script], { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const costs = JSON.parse(stdout) as Record<string, readonly Run[]>
  return Object.fromEntries(
    Object.entries(costs).map(([name, runs]) => [
      name,
      {
        cpu: runs.map(([seconds]) => seconds * 1000),
        wall: runs.map(([, , seconds]) => seconds * 1000),
        peakKib: Math.max(...runs.map(([, kib]) => kib))
      }
    ])
  )
}

process.chdir(resolve(join(import.meta.dirname, '..')))
const latchkey = (...args: string[]): string[] => [process.execPath, 'bin/latchkey.mjs', ...args]
const calls = {
  '--help': latchkey('--help'),
  '--version': latchkey('--version'),
  'a usage error': latchkey('docter'),
  'completion bash': latchkey('completion', 'bash')
}
const asking = { status: latchkey('status'), token: latchkey('token', 'github-token') }

const home = mkdtempSync(join(tmpdir(), 'latchkey-bench-cli-'))
Object.assign(process.env, {
  LATCHKEY_HOME: home,
  LATCHKEY_STORE: 'file',
  LATCHKEY_SERVE_IDLE_SECONDS: '300'
})
process.env['GH_TOKEN'] = `ghp_${'x'.repeat(36)}`
await openVaultWithToken()
const peer = secretToolPeer(SERVICE)
await peer.run('set', 'cli', 'x'.repeat(2000))
const hasGh = spawnSync('gh', ['--version']).status === 0
const costs = costsOf({
  ...calls,
  ...asking,
  store: latchkey('store'),
  'node -e 0': [process.execPath, '-e', '0'],
  'secret-tool lookup': ['secret-tool', 'lookup', 'service', SERVICE, 'username', 'cli'],
  'Python keyring get': [python, '-m', 'keyring', 'get', SERVICE, 'cli'],
  ...(hasGh && { 'gh auth token': ['gh', 'auth', 'token'] })
})
await peer.run('delete', 'cli')
await endServe(home)
rmSync(home, { recursive: true })

/** A vault with one key, whose value the terminal is given for ten minutes. Throws if a call fails. */
async function openVaultWithToken(): Promise<void> {
  const [program = '', ...args] = latchkey('import', '-')
  const imported = spawnSync(program, args, { input: `GITHUB_TOKEN=${process.env['GH_TOKEN']}\n` })
  if (imported.status !== 0) throw new Error(imported.stderr.toString())
  const vault = await connectTo(home)
  const { question } = (await vault.ask('reveal', handOut('github-token'))) as { question: QuestionView }
  const answer = { kind: 'allowed', duration: '10-minutes', wholeHost: false }
  await vault.ask('answerQuestion', { id: question.id, digest: question.digest, answer })
  vault.close()
  const given = spawnSync(asking.token[0] ?? '', asking.token.slice(1), { encoding: 'utf8' })
  if (given.stdout.trim() !== process.env['GH_TOKEN']) throw new Error(given.stderr)
}

const cpuOf = (name: string): Sample => costs[name]?.cpu ?? []
const wallOf = (name: string): Sample => costs[name]?.wall ?? []
const mibOf = (name: string): string => `${((costs[name]?.peakKib ?? Infinity) / 1024).toFixed(0)} MiB`

const rows: Row[] = Object.keys(calls).map((name) =>
  row({
    name: `latchkey ${name}, CPU (${mibOf(name)})`,
    sample: cpuOf(name),
    peer: ['Python keyring get', cpuOf('Python keyring get')],
    limit: ['node -e 0', cpuOf('node -e 0')],
    goal: [
      `≤ ${MOST} × node -e 0, ≤ 60 MiB`,
      ({ ratioToLimit }) =>
        ratioToLimit !== null && ratioToLimit <= MOST && (costs[name]?.peakKib ?? Infinity) <= MOST_KIB
    ]
  })
)
for (const name of Object.keys(asking)) {
  rows.push(
    row({
      name: `latchkey ${name} with a vault that runs, by the clock (${mibOf(name)})`,
      sample: wallOf(name),
      peer: ['Python keyring get', wallOf('Python keyring get')],
      limit: ['node -e 0', wallOf('node -e 0')],
      goal: [
        `≤ ${MOST_WALL} × node -e 0, ≤ ${MOST_OF_KEYRING} × Python keyring get`,
        ({ ratioToLimit, ratioToPeer }) =>
          (ratioToLimit ?? Infinity) <= MOST_WALL && (ratioToPeer ?? Infinity) <= MOST_OF_KEYRING
      ]
    })
  )
}
if (hasGh) {
  rows.push(
    row({
      name: 'latchkey token beside gh, by the clock',
      sample: wallOf('token'),
      peer: ['gh auth token', wallOf('gh auth token')]
    })
  )
}
rows.push(
  row({
    name: 'latchkey store, CPU without its helper process',
    sample: cpuOf('store'),
    peer: ['secret-tool lookup', cpuOf('secret-tool lookup')],
    limit: ['node -e 0', cpuOf('node -e 0')]
  })
)
report('cli', rows)
