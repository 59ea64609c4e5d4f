import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { DoctorFixRequest, DoctorReport, DoctorRequest } from '#shared/doctor.ts'
import { doctorTable } from '#shared/doctor-table.ts'
import { VaultError } from '#shared/problem.ts'

export type DoctorRequestPorts = {
  readonly doctor: {
    run(request: DoctorRequest): Promise<DoctorReport>
    fix(request: DoctorFixRequest): Promise<DoctorReport>
  }
  readonly writeClipboard: (text: string) => Promise<void>
}
type DoctorHandlers = Pick<VaultRequestHandlers, 'runDoctor' | 'fixDoctor' | 'copyDoctorReport'>

/**
 * The doctor requests of a window. The copied report is the one shown last, in the words of the command line.
 */
export function doctorHandlers({ doctor, writeClipboard }: DoctorRequestPorts): DoctorHandlers {
  let shown: DoctorReport | null = null
  const show = async (report: Promise<DoctorReport>): Promise<DoctorReport> => (shown = await report)
  return {
    runDoctor: (request) => show(doctor.run(request)),
    fixDoctor: (request) => show(doctor.fix(request)),
    copyDoctorReport: async () => {
      if (shown === null) {
        throw new VaultError('INVALID_REQUEST', { message: 'There is no report yet. Check first.' })
      }
      await writeClipboard(doctorTable(shown, false))
      return null
    }
  }
}
