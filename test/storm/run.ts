/**
 * `npm run storm [-- --rounds N --processes N --callers N]`: the storm in full, on encrypted files and on a
 * real keychain. Exits with 1 if one round is wrong.
 */
import { parseArgs } from 'node:util'
import { isRight, storm, type StormPlan, type StormRound } from './storm.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({ options: { rounds: text, processes: text, callers: text } })
const size = {
  rounds: Number(values.rounds ?? 50),
  processes: Number(values.processes ?? 8),
  callers: Number(values.callers ?? 25)
}
const print = (cells: readonly unknown[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)

function printRow({ store }: StormPlan, rounds: readonly StormRound[], wrong: number): void {
  const sum = (of: (round: StormRound) => number): number => rounds.reduce((all, one) => all + of(one), 0)
  const times = rounds.map(({ ms }) => ms).toSorted((one, other) => one - other)
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(0)
  const refused = sum(({ refusals }) => refusals.length)
  const most = Math.max(...rounds.map(({ refreshes }) => refreshes))
  const counts = [sum(({ answers }) => answers), sum(({ requests }) => requests), most]
  const ends = [sum(({ revoked }) => revoked), refused, `${at(0.5)} / ${at(0.99)}`, wrong]
  print([store, rounds.length, ...counts, ...ends])
}

let failed = 0
const { processes, callers } = size
process.stdout.write(
  `${String(processes)} vaults × ${String(callers)} callers on one data folder, one expired token, a provider that rotates\n\n`
)
const refreshColumns = ['network refreshes', 'most in a round', 'grants revoked']
print(['store', 'rounds', 'tokens handed out', ...refreshColumns, 'refused', 'ms, p50 / p99', 'rounds wrong'])
print(Array.from({ length: 9 }, () => '---'))
for (const store of ['file', 'keychain'] as const) {
  const plan = { ...size, store }
  const rounds = await storm(plan)
  const wrong = rounds.filter((round) => !isRight(round, plan))
  printRow(plan, rounds, wrong.length)
  for (const round of wrong) process.stdout.write(`${JSON.stringify(round)}\n`)
  failed += wrong.length + (rounds.length === size.rounds ? 0 : 1)
}
process.exit(failed === 0 ? 0 : 1)
