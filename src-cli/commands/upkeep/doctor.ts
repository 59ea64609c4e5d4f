import { parseArgs } from 'node:util'
import { type DoctorReport, type DoctorRequest, doctorTotals } from '#shared/doctor.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { doctorTable } from '#shared/doctor-table.ts'

/** What the composition root gives. */
type DoctorHandle = {
  readonly run: (request: DoctorRequest) => Promise<DoctorReport>
  readonly fix: (request: DoctorRequest & { readonly checks: null }) => Promise<DoctorReport>
  readonly close: () => Promise<void>
}
export type DoctorCommandPorts = Terminal & {
  /** Throws VaultError CONFIG_INVALID. */
  readonly openDoctor: () => Promise<DoctorHandle>
}

type Options = { readonly json: boolean; readonly fix: boolean; readonly entries: boolean }

const usage = `latchkey doctor [--json] [--fix] [--entries]

  Looks at the keychain, the files and the settings of Latchkey, and says what to do.

  --json     the report as JSON
  --fix      close files to others, remove half-written files, settle interrupted operations;
             never deletes a credential
  --entries  also open every stored entry (the keychain may ask you)

  Exit code: 0 all passed, 1 warnings, 2 failures.
`

export const doctorCommand: Command<DoctorCommandPorts> = {
  usage,
  run: async (args, ports) => {
    const options = optionsOf(args)
    if (options === null) return null
    const report = await examine(ports, options)
    ports.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : doctorTable(report, ports.hasColour))
    return exitCodeOf(report)
  }
}

function optionsOf(args: readonly string[]): Options | null {
  try {
    const flag = { type: 'boolean', default: false } as const
    return parseArgs({ args: [...args], options: { json: flag, fix: flag, entries: flag } }).values
  } catch {
    return null
  }
}

async function examine({ openDoctor }: DoctorCommandPorts, { fix, entries }: Options): Promise<DoctorReport> {
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
