// `npm run bench:cli`: CPU and peak memory of a call of the command line, beside `node -e 0`, `secret-tool
// lookup` and Python's `keyring get` in one run. Measures the build of `npm run build`.
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { type Row, report, row, type Sample } from './measure.ts'
import { python, secretToolPeer } from './storage-peers.ts'

const RUNS = Number(process.env['LATCHKEY_BENCH_RUNS'] ?? 40)
const SERVICE = 'latchkey-bench'
const MOST = 1.6
const MOST_KIB = 60 * 1024

type Cost = { readonly cpu: Sample; readonly peakKib: number }

/** CPU in milliseconds and peak memory of every command, by their names. */
function costsOf(commands: Readonly<Record<string, readonly string[]>>): Record<string, Cost> {
  const input = JSON.stringify({ runs: RUNS, commands })
  const script = join(import.meta.dirname, 'process-cost.py')
  const { status, stdout, stderr } = spawnSync(python, [script], { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const costs = JSON.parse(stdout) as Record<string, readonly (readonly [seconds: number, kib: number])[]>
  return Object.fromEntries(
    Object.entries(costs).map(([name, runs]) => [
      name,
      { cpu: runs.map(([seconds]) => seconds * 1000), peakKib: Math.max(...runs.map(([, kib]) => kib)) }
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
const peer = secretToolPeer(SERVICE)
await peer.run('set', 'cli', 'x'.repeat(2000))
const costs = costsOf({
  ...calls,
  store: latchkey('store'),
  'node -e 0': [process.execPath, '-e', '0'],
  'secret-tool lookup': ['secret-tool', 'lookup', 'service', SERVICE, 'username', 'cli'],
  'Python keyring get': [python, '-m', 'keyring', 'get', SERVICE, 'cli']
})
await peer.run('delete', 'cli')

function cpuOf(name: string): Sample {
  return costs[name]?.cpu ?? []
}

const rows: Row[] = Object.keys(calls).map((name) => {
  const mib = ((costs[name]?.peakKib ?? Infinity) / 1024).toFixed(0)
  return row({
    name: `latchkey ${name}, CPU (${mib} MiB)`,
    sample: cpuOf(name),
    peer: ['Python keyring get', cpuOf('Python keyring get')],
    limit: ['node -e 0', cpuOf('node -e 0')],
    goal: [
      `≤ ${MOST} × node -e 0, ≤ 60 MiB`,
      ({ ratioToLimit }) =>
        ratioToLimit !== null && ratioToLimit <= MOST && (costs[name]?.peakKib ?? Infinity) <= MOST_KIB
    ]
  })
})
rows.push(
  row({
    name: 'latchkey store, CPU without its helper process',
    sample: cpuOf('store'),
    peer: ['secret-tool lookup', cpuOf('secret-tool lookup')],
    limit: ['node -e 0', cpuOf('node -e 0')]
  })
)
report('cli', rows)
