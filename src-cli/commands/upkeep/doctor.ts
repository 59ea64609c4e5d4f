import { type DoctorReport, type DoctorRequest, doctorTotals } from '#shared/doctor.ts'
import { type Arguments, type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { doctorTable } from '#shared/doctor-table.ts'

/** The doctor, as the composition root gives it. */
type DoctorHandle = {
  readonly run: (request: DoctorRequest) => Promise<DoctorReport>
  readonly fix: (request: DoctorRequest & { readonly checks: null }) => Promise<DoctorReport>
  readonly close: () => Promise<void>
}
export type DoctorCommandPorts = Terminal & {
  /** Throws VaultError CONFIG_INVALID. */
  readonly openDoctor: () => Promise<DoctorHandle>
}

export const doctorCommand: Command<DoctorCommandPorts> = {
  run: async (args, ports) => {
    const report = await examine(ports, args)
    ports.write(
      args.has('json') ? `${JSON.stringify(report, null, 2)}\n` : doctorTable(report, ports.hasColour())
    )
    return exitCodeOf(report)
  }
}

async function examine({ openDoctor }: DoctorCommandPorts, { has }: Arguments): Promise<DoctorReport> {
  const doctor = await openDoctor()
  try {
    const request = { readEntries: has('entries') }
    return has('fix') ? await doctor.fix({ ...request, checks: null }) : await doctor.run(request)
  } finally {
    await doctor.close()
  }
}

function exitCodeOf({ rows }: DoctorReport): number {
  const { failure, warning } = doctorTotals(rows)
  if (failure > 0) return exitCodes.failures
  return warning > 0 ? exitCodes.warnings : exitCodes.ok
}
