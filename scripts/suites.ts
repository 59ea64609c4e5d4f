// Runs the suites of `npm test` and adds up what they counted.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { npmCommand } from './run.mjs'
import { plain, specResults } from './electron-report.ts'
import { type Environment, root, say } from './script.ts'

export type Counts = {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Names of the specs that passed only at their second try; they are among the passed ones. */
  readonly flaky: readonly string[]
  /** What failed: the file, the name, the first lines of what went wrong. */
  readonly failures: readonly string[]
}

export type Suite = {
  readonly title: string
  readonly command: readonly [string, ...string[]]
  readonly env?: Environment
  /** Its output as it comes, or all of it at the end. */
  readonly shown?: 'now' | 'later'
  /** What its report says it did, once it has ended. */
  readonly count: (status: number) => Counts
}

export const results = join(root, 'test-results')
const keyring = join(root, 'scripts', 'with-gnome-keyring.sh')
/** Keychains that crashed during a suite leave a report here, a file each. */
const keyringReports = join(results, 'keyrings')
/** Programs that tests start again and again load what was compiled before; only the first of each compiles. */
const compiled = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled') }
/** A run without a report has run nothing. */
const nothing: Counts = { passed: 0, failed: 1, skipped: 0, flaky: [], failures: [] }
/** Lines of a failure that are told again at the end. */
const TOLD = 12

/** Empties the folder of reports. */
export function clearResults(): void {
  rmSync(results, { recursive: true, force: true })
  mkdirSync(keyringReports, { recursive: true })
}

/** A command with a throw-away keychain of its own, which only Linux has. */
export function withKeyring(command: readonly [string, ...string[]]): [string, ...string[]] {
  return [keyring, ...command]
}

/** An npm script that counts as one check. */
export function check(name: string): Suite {
  const npm = npmCommand({ platform: process.platform, env: process.env, node: process.execPath })
  return {
    title: name,
    command: [...npm, 'run', '--silent', name],
    count: (status) => ({ ...nothing, passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 })
  }
}

/** Vitest's tests of one project; `shard` is which part of its files, such as 1/2. Absent: all. */
export function vitest(title: string, project: string, env: Environment = {}, shard?: string): Suite {
  const part = shard === undefined ? '' : `-${shard.replace('/', '-of-')}`
  const report = join(results, `${project}${part}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const tool = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  return {
    title,
    command: [
      process.execPath,
      tool,
      'run',
      '--project',
      project,
      ...(shard === undefined ? [] : [`--shard=${shard}`]),
      ...reporters
    ],
    env,
    count: () => vitestCounts(read(report))
  }
}

/** Playwright's specs; `name` is that of their report. */
export function playwright(title: string, name: string, options: readonly string[]): Suite {
  const report = join(results, `${name}.json`)
  const tool = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  return {
    title,
    command: [process.execPath, tool, 'test', ...options, `--output=${join(results, name)}`],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    count: () => playwrightCounts(read(report))
  }
}

/** Runs it and says what it did; one that ends badly without a failed test counts as a failure. */
export async function runSuite(suite: Suite): Promise<Counts> {
  const { title, command, env = {}, shown = 'now', count } = suite
  const started = Date.now()
  if (shown === 'now') say(`\n== ${title}`)
  const output = shown === 'now' ? 'inherit' : 'pipe'
  const [program, ...args] = command
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', output, output],
    env: { ...compiled, ...process.env, KEYRING_REPORTS: keyringReports, ...env }
  })
  const written: Buffer[] = []
  child.stdout?.on('data', (data: Buffer) => written.push(data))
  child.stderr?.on('data', (data: Buffer) => written.push(data))
  const [status] = (await once(child, 'close').catch(() => [1])) as [number | null]
  if (shown === 'later') process.stdout.write(Buffer.concat([Buffer.from(`\n== ${title}\n`), ...written]))
  const counted = count(status ?? 1)
  const failed = status !== 0 && counted.failed === 0 ? 1 : counted.failed
  const { passed, skipped, flaky } = counted
  const unnamed = failed > 0 && counted.failures.length === 0
  const end = `${title}: ended with ${status ?? 'a signal'}`
  const failures = unnamed ? [firstLines([end, ...lastLines(written)])] : counted.failures
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  say(`== ${title}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s`)
  for (const name of flaky) say(`== flaky: ${name}`)
  return { passed, failed, skipped, flaky, failures }
}

/** Empty for a suite whose output was shown as it came. */
function lastLines(written: readonly Buffer[]): string[] {
  const lines = plain(Buffer.concat(written).toString()).split('\n')
  return lines.filter((line) => line.trim() !== '').slice(1 - TOLD)
}

/** The first on a line of its own, the others below it. */
function firstLines(lines: readonly string[]): string {
  return lines.slice(0, TOLD).join('\n    ')
}

/** What keychains that crashed during a suite have written last. Empty: none crashed. */
export function crashedKeyrings(): string[] {
  const files = existsSync(keyringReports) ? readdirSync(keyringReports) : []
  return files.map((file) =>
    firstLines(readFileSync(join(keyringReports, file), 'utf8').trimEnd().split('\n'))
  )
}

export function sum(all: readonly Counts[]): Counts {
  const total = (key: 'passed' | 'failed' | 'skipped'): number =>
    all.reduce((so, counts) => so + counts[key], 0)
  const flaky = all.flatMap((counts) => counts.flaky)
  const failures = all.flatMap((counts) => counts.failures)
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped'), flaky, failures }
}

function read(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

type VitestReport = Record<
  'numTotalTests' | 'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests',
  number
> & { readonly testResults?: readonly VitestFile[] }
type VitestFile = {
  readonly name: string
  readonly status: string
  /** Why the file as a whole failed. */
  readonly message: string
  readonly assertionResults: readonly {
    readonly fullName: string
    readonly status: string
    readonly failureMessages?: readonly string[]
  }[]
}

/** Counts of a report of Vitest; a failure where there is none, or where it is of no test. */
export function vitestCounts(report: unknown): Counts {
  const counts = report as VitestReport | null
  if (counts === null || counts.numTotalTests === 0) return nothing
  const skipped = counts.numPendingTests + counts.numTodoTests
  const failures = (counts.testResults ?? []).flatMap(vitestFailures)
  return { passed: counts.numPassedTests, failed: counts.numFailedTests, skipped, flaky: [], failures }
}

function vitestFailures({ name, status, message, assertionResults }: VitestFile): string[] {
  const file = relative(root, name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (status === 'failed' && failed.length === 0) return [failure(file, 'the file', message)]
  return failed.map(({ fullName, failureMessages = [] }) => failure(file, fullName, failureMessages[0] ?? ''))
}

function failure(file: string, name: string, message: string): string {
  return firstLines([`${file}: ${name}`, ...plain(message).split('\n')])
}

type PlaywrightReport = {
  readonly stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>
}

/** Counts of a report of Playwright, as `vitestCounts`. */
export function playwrightCounts(report: unknown): Counts {
  const stats = (report as PlaywrightReport | null)?.stats
  if (stats === undefined || stats.expected + stats.unexpected === 0) return nothing
  const specs = specResults(report)
  const flaky = specs.filter(({ status }) => status === 'flaky').map(({ file, title }) => `${file}: ${title}`)
  const failures = specs
    .filter(({ status }) => status === 'unexpected')
    .map(({ file, title, error }) => failure(file, title, error))
  const { expected, unexpected: failed, skipped } = stats
  return { passed: expected + stats.flaky, failed, skipped, flaky, failures }
}
