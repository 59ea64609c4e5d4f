// What a run of the specs on real Electron found, in one file to be passed on.

export type Machine = {
  readonly latchkey: string
  readonly electron: string
  readonly chromium: string
  readonly node: string
  readonly system: string
  readonly desktop: string
  readonly user: 'root' | 'ordinary'
  readonly date: string
}

export type SpecResult = {
  readonly file: string
  readonly title: string
  /** As Playwright has it: expected, unexpected, flaky or skipped. */
  readonly status: string
  readonly seconds: number
  /** What went wrong, without the colours of a terminal; empty where nothing did. */
  readonly error: string
}

type Result = { readonly duration: number; readonly errors: readonly { readonly message?: string }[] }
type Spec = {
  readonly title: string
  readonly file: string
  readonly tests: readonly { readonly status: string; readonly results: readonly Result[] }[]
}
type ReportedSuite = { readonly specs?: readonly Spec[]; readonly suites?: readonly ReportedSuite[] }

/** The specs in a report of Playwright's JSON reporter, in its order. Empty where there is no report. */
export function specResults(report: unknown): SpecResult[] {
  const { suites = [] } = (report ?? {}) as ReportedSuite
  return suites.flatMap((suite) => [...(suite.specs ?? []).flatMap(resultsOf), ...specResults(suite)])
}

function resultsOf({ title, file, tests }: Spec): SpecResult[] {
  return tests.map(({ status, results }) => ({
    file,
    title,
    status,
    seconds: results.reduce((sum, { duration }) => sum + duration, 0) / 1000,
    error: plain(results.flatMap(({ errors }) => errors.map(({ message = '' }) => message))[0] ?? '')
  }))
}

/** The report as Markdown: the machine, the counts, each spec. */
export function electronReport(machine: Machine, specs: readonly SpecResult[]): string {
  const count = (status: string): number => specs.filter((spec) => spec.status === status).length
  const facts = Object.entries(machine).map(([name, value]) => `| ${name} | ${value} |`)
  const counts = `${count('expected')} passed, ${count('unexpected') + count('flaky')} failed, ${count('skipped')} skipped`
  const rows = specs.map(
    ({ file, title, status, seconds, error }) =>
      `| ${words[status] ?? status} | ${cell(file)} | ${cell(title)} | ${seconds.toFixed(1)} s | ${cell(error.split('\n')[0] ?? '')} |`
  )
  return [
    '# Latchkey’s specs on real Electron',
    '',
    '| | |',
    '| - | - |',
    ...facts,
    '',
    counts,
    '',
    '| result | file | spec | time | error |',
    '| - | - | - | - | - |',
    ...rows,
    ''
  ].join('\n')
}

const words: Readonly<Record<string, string>> = {
  expected: 'passed',
  unexpected: 'FAILED',
  flaky: 'FAILED once',
  skipped: 'skipped'
}

/** Without the colours of a terminal. */
export function plain(message: string): string {
  // oxlint-disable-next-line no-control-regex -- the colours begin with one
  return message.replaceAll(/\u001B\[[\d;]*m/g, '')
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}
