import { type DoctorReport, type DoctorRow, doctorTotals } from '#shared/doctor.ts'
import { doctorTable } from '#shared/doctor-table.ts'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import type { HomeAnswers, ReachHomePorts } from '../../client/reach-home.ts'
import { type Arguments, type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

export type DoctorCommandPorts = Pick<Terminal, 'write' | 'hasColour'> &
  ReachHomePorts & {
    /** Path of the home. */
    readonly homeFolder: () => Promise<string>
    readonly programsFolder: () => string
  }

export const doctorCommand: Command<DoctorCommandPorts> = {
  run: async (args, ports) => {
    const report = await withTools(await examine(ports, args), ports)
    ports.write(args.has('json') ? args.json(report) : doctorTable(report, ports.hasColour()))
    return exitCodeOf(report)
  }
}

/** The report with what else holds or gets the values of the tools that were set up, as this terminal sees their files. */
async function withTools(
  report: DoctorReport,
  { homeFolder, programsFolder }: DoctorCommandPorts
): Promise<DoctorReport> {
  const tools = report.rows.find(({ id }) => id === 'tools')
  if (tools === undefined || tools.fact === 'none') return report
  const { besideTools } = await import('../../setup/beside-tools.ts')
  return withBeside(report, await besideTools(await homeFolder(), programsFolder()))
}

/** Longest text that the report accepts. */
const LONGEST = 600

/** The report in which the row of the tools has these sentences, too. Rows that need a person stay at the top. */
export function withBeside(report: DoctorReport, sentences: readonly string[]): DoctorReport {
  const tools = report.rows.find(({ id }) => id === 'tools')
  if (tools === undefined || sentences.length === 0) return report
  const text = [...(tools.state === 'ok' ? [] : [`${tools.fact}.`]), ...sentences].join(' ')
  const row: DoctorRow = {
    ...tools,
    state: 'warning',
    fact: text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`,
    remedy: tools.remedy ?? 'Do what it says, then check again.'
  }
  const others = report.rows.filter(({ id }) => id !== 'tools')
  const isUrgent = ({ state }: DoctorRow): boolean => state === 'failure' || state === 'warning'
  const at = others.filter(isUrgent).length
  return { ...report, rows: others.toSpliced(at, 0, row) }
}

/** Asks a vault that runs. Without one, or if it gives no answer that is understood, the doctor looks from outside. */
async function examine({ reachHome }: DoctorCommandPorts, args: Arguments): Promise<DoctorReport> {
  try {
    return await reportOf(await reachHome('find'), args)
  } catch (error) {
    if (!isUnanswered(error)) throw error
    return await reportOf(await reachHome('outside'), args)
  }
}

async function reportOf(home: HomeAnswers, { has }: Arguments): Promise<DoctorReport> {
  const request = { readEntries: has('entries') }
  try {
    return has('fix')
      ? await ask(home, 'fixDoctor', [{ ...request, checks: null }])
      : await ask(home, 'runDoctor', [request])
  } finally {
    home.close()
  }
}

const unanswered: readonly unknown[] = ['BROKER_UNREACHABLE', 'PROTOCOL_MISMATCH']

function isUnanswered(error: unknown): boolean {
  const code =
    error instanceof VaultRefusal ? error.problem.code : (error as { readonly code?: unknown }).code
  return unanswered.includes(code)
}

function exitCodeOf({ rows }: DoctorReport): number {
  const { failure, warning } = doctorTotals(rows)
  if (failure > 0) return exitCodes.failures
  return warning > 0 ? exitCodes.warnings : exitCodes.ok
}
