import { type DoctorReport, doctorTotals } from '#shared/doctor.ts'
import { doctorTable } from '#shared/doctor-table.ts'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import type { HomeAnswers, ReachHomePorts } from '../../client/reach-home.ts'
import { type Arguments, type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

export type DoctorCommandPorts = Pick<Terminal, 'write' | 'hasColour'> & ReachHomePorts

export const doctorCommand: Command<DoctorCommandPorts> = {
  run: async (args, ports) => {
    const report = await examine(ports, args)
    ports.write(
      args.has('json') ? `${JSON.stringify(report, null, 2)}\n` : doctorTable(report, ports.hasColour())
    )
    return exitCodeOf(report)
  }
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
