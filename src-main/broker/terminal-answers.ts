import type { ExportReport } from '#shared/transfer.ts'
import { Secret } from '../core/secret.ts'
import type { ExportOrder } from '../core/transfer/export-service.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type TerminalAnswerPorts = {
  readonly transfer: {
    /** Throws INVALID_REQUEST where a file is already, and as `exportVault`. */
    readonly exportToNew: (order: ExportOrder) => Promise<ExportReport>
  }
}

/** The answers to the requests that only the person's terminal makes. */
export function terminalAnswers({ transfer }: TerminalAnswerPorts) {
  return {
    exportTo: async (
      { path, passphrase }: { readonly path: string; readonly passphrase: string },
      { signal }: Caller
    ): Promise<SocketAnswer> => ({
      value: await transfer.exportToNew({ path, passphrase: new Secret(passphrase), stop: signal })
    })
  }
}
