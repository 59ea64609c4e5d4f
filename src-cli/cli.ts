import { parseArgs } from 'node:util'
import { type DoctorReport, type DoctorRequest, doctorTotals } from '#shared/doctor.ts'
import { toProblem } from '#shared/problem.ts'
import { doctorTable } from './doctor-table.ts'

/** What the composition root gives. */
type DoctorHandle = {
  readonly run: (request: DoctorRequest) => Promise<DoctorReport>
  readonly fix: (request: DoctorRequest & { readonly checks: null }) => Promise<DoctorReport>
  readonly close: () => Promise<void>
}

export type CliPorts = {
  /** Without `node` and the script. */
  readonly args: readonly string[]
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  readonly hasColour: boolean
  /** Throws VaultError CONFIG_INVALID. */
  readonly openDoctor: () => Promise<DoctorHandle>
}

/** sysexits.h where it has a word for it. */
export const exitCodes = { ok: 0, warnings: 1, failures: 2, usage: 64, internal: 70 } as const

const usage = `Usage: latchkey doctor [--json] [--fix] [--entries]

Looks at the keychain, the files and the settings of Latchkey, and says what to do.

  --json     the report as JSON
  --fix      close files to others, remove half-written files, settle interrupted operations;
             never deletes a credential
  --entries  also open every stored entry (the keychain may ask you)
  --help     this text

Exit code: 0 all passed, 1 warnings, 2 failures, 64 not understood, 70 could not run.
`

/** Runs one command and gives the exit code. Never throws; nothing of an error but its fixed sentence is shown. */
export async function runCli(ports: CliPorts): Promise<number> {
  const options = optionsOf(ports.args)
  if (options === null) {
    ports.writeError(usage)
    return exitCodes.usage
  }
  if (options.help) {
    ports.write(usage)
    return exitCodes.ok
  }
  try {
    const report = await examine(ports, options)
    ports.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : doctorTable(report, ports.hasColour))
    return exitCodeOf(report)
  } catch (error) {
    const { message, code } = toProblem(error)
    ports.writeError(`latchkey: ${message} (${code})\n`)
    return exitCodes.internal
  }
}

type Options = {
  readonly json: boolean
  readonly fix: boolean
  readonly entries: boolean
  readonly help: boolean
}

/** Null: an option or a command that does not exist. What was typed is not repeated: it may be a secret. */
function optionsOf(args: readonly string[]): Options | null {
  try {
    const flag = { type: 'boolean', default: false } as const
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: flag, fix: flag, entries: flag, help: flag },
      allowPositionals: true,
      strict: true
    })
    const isCommand = positionals.length === 1 && positionals[0] === 'doctor'
    return isCommand || (values.help && positionals.length === 0) ? values : null
  } catch {
    return null
  }
}

async function examine({ openDoctor }: CliPorts, { fix, entries }: Options): Promise<DoctorReport> {
  const doctor = await openDoctor()
  try {
    const request = { readEntries: entries }
    return fix ? await doctor.fix({ ...request, checks: null }) : await doctor.run(request)
  } finally {
    await doctor.close()
  }
}

function exitCodeOf({ rows }: DoctorReport): number {
  const { failure, warning } = doctorTotals(rows)
  if (failure > 0) return exitCodes.failures
  return warning > 0 ? exitCodes.warnings : exitCodes.ok
}
