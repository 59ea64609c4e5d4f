import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'

export type Sample = readonly number[]

/** One row of a result: ours, the peer measured in the same run, and the goal. Null: not applicable. */
export type Row = {
  readonly name: string
  readonly unit: 'ms' | 'µs' | 'bytes' | 'kB' | 'MB' | 'nodes'
  readonly p50: number
  readonly p99: number
  readonly peer: string | null
  readonly peerP50: number | null
  readonly limit: string | null
  readonly limitP50: number | null
  readonly ratioToPeer: number | null
  readonly ratioToLimit: number | null
  readonly goal: string | null
  readonly met: boolean | null
}

/** Value below which `share` of the sample lies. */
export function percentile(sample: Sample, share: number): number {
  const sorted = sample.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/**
 * Times each task `runs` times, in turns, so that other load of the machine affects all of them alike.
 * Returns milliseconds.
 */
export async function interleaved(
  tasks: Readonly<Record<string, () => unknown>>,
  runs: number
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]))
  for (const task of Object.values(tasks)) await task() // first calls open connections
  for (let run = 0; run < runs; run += 1) {
    for (const [name, task] of Object.entries(tasks)) {
      const start = performance.now()
      await task()
      samples[name]!.push(performance.now() - start)
    }
  }
  return samples
}

type Comparison = {
  readonly name: string
  readonly sample: Sample
  readonly unit?: Row['unit']
  readonly peer?: readonly [name: string, sample: Sample]
  readonly limit?: readonly [name: string, sample: Sample]
  readonly goal?: readonly [text: string, isMet: (row: Row) => boolean]
}

export function row({ name, sample, unit = 'ms', peer, limit, goal }: Comparison): Row {
  const scale = unit === 'µs' ? 1000 : 1
  const p50 = percentile(sample, 0.5) * scale
  const peerP50 = peer ? percentile(peer[1], 0.5) * scale : null
  const limitP50 = limit ? percentile(limit[1], 0.5) * scale : null
  const plain: Row = {
    name,
    unit,
    p50: rounded(p50),
    p99: rounded(percentile(sample, 0.99) * scale),
    peer: peer?.[0] ?? null,
    peerP50: peerP50 === null ? null : rounded(peerP50),
    limit: limit?.[0] ?? null,
    limitP50: limitP50 === null ? null : rounded(limitP50),
    ratioToPeer: peerP50 === null ? null : rounded(p50 / peerP50),
    ratioToLimit: limitP50 === null ? null : rounded(p50 / limitP50),
    goal: goal?.[0] ?? null,
    met: null
  }
  return { ...plain, met: goal ? goal[1](plain) : null }
}

const rounded = (value: number): number => Number(value.toPrecision(4))

/** Writes `bench/results/<name>.json`, `.md` and `.svg`, and prints the table. */
export function report(name: string, rows: readonly Row[]): void {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}, ${revision()}`
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ machine, rows }, null, 2)}\n`)
  const table = markdown(name, machine, rows)
  writeFileSync(join(folder, `${name}.md`), table)
  writeFileSync(join(folder, `${name}.svg`), chart(rows))
  console.log(table)
}

function revision(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  return `Latchkey ${version} at ${commit}`
}

function markdown(name: string, machine: string, rows: readonly Row[]): string {
  const lines = rows.map((entry) =>
    [
      entry.name,
      `${entry.p50} ${entry.unit}`,
      `${entry.p99} ${entry.unit}`,
      entry.peer === null ? '' : `${entry.peer}: ${entry.peerP50} ${entry.unit} (× ${entry.ratioToPeer})`,
      entry.limit === null ? '' : `${entry.limit}: ${entry.limitP50} ${entry.unit} (× ${entry.ratioToLimit})`,
      entry.goal === null ? '' : `${entry.goal}: ${entry.met ? '✓ met' : '✗ not met'}`
    ].join(' | ')
  )
  return [
    `# ${name}`,
    '',
    machine,
    '',
    '| what | p50 | p99 | peer, same run | limit, same run | goal |',
    '|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
    ''
  ].join('\n')
}

/** Bars of p50, ours above the peer's, on one logarithmic scale. Sizes have none. */
function chart(rows: readonly Row[]): string {
  const times = rows.filter(({ unit }) => unit === 'ms' || unit === 'µs')
  const bars = times.flatMap((entry) => [
    { label: entry.name, value: inMs(entry.p50, entry.unit), fill: '#0b6485' },
    ...(entry.peerP50 === null
      ? []
      : [{ label: `  ${entry.peer}`, value: inMs(entry.peerP50, entry.unit), fill: '#918e88' }])
  ])
  const width = (value: number): number => Math.max(2, Math.round((Math.log10(value / 0.001) / 7) * 360))
  const drawn = bars.map(({ label, value, fill }, index) => {
    const y = 12 + index * 24
    return `<text x="8" y="${y + 13}" font-size="12" fill="#57544f">${escaped(label)}</text><rect x="300" y="${y}" width="${width(value)}" height="16" rx="3" fill="${fill}"/><text x="${308 + width(value)}" y="${y + 13}" font-size="12" fill="#57544f">${Number(value.toPrecision(3))} ms</text>`
  })
  const height = 24 + bars.length * 24
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 ${height}" font-family="system-ui, sans-serif">${drawn.join('')}</svg>\n`
}

const inMs = (value: number, unit: Row['unit']): number => (unit === 'µs' ? value / 1000 : value)
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
