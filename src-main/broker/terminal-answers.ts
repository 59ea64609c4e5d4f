import { ASKED_IN_WINDOW } from '#shared/broker/terminal-requests.ts'
import type { ExportReport, ImportPreview, ImportRequest } from '#shared/transfer.ts'
import { Secret } from '../core/secret.ts'
import type { TerminalQuestion } from '../core/requests/terminal-question.ts'
import type { ExportOrder } from '../core/transfer/export-service.ts'
import type { ImportService } from '../core/transfer/import-service.ts'
import type { ImportText } from '../core/transfer/transfer-ports.ts'
import { bodyText } from './body-text.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type TerminalAnswerPorts = {
  /** Null: no window asks, and an export begins at once. */
  readonly question: Pick<TerminalQuestion, 'ask'> | null
  readonly transfer: {
    /** Throws INVALID_REQUEST where a file is already. */
    readonly checkNew: (path: string) => void
    /** Throws INVALID_REQUEST where a file is already, and as `exportVault`. */
    readonly exportToNew: (order: ExportOrder) => Promise<ExportReport>
    readonly readFile: (path: string) => Promise<ImportText>
    readonly imports: Pick<ImportService, 'preview' | 'run' | 'cancel'>
  }
}

type Place = { readonly path: string }

/** The answers to the requests that only the person's terminal makes. */
export function terminalAnswers({ question, transfer }: TerminalAnswerPorts) {
  const { checkNew, exportToNew, imports, readFile } = transfer
  return {
    exportTo: async (
      { path, passphrase }: Place & { readonly passphrase: string },
      { signal, tell }: Pick<Caller, 'signal' | 'tell'>
    ): Promise<SocketAnswer> => {
      checkNew(path) // nobody is asked about what can not be done
      const onAsked = (): void => void tell(ASKED_IN_WINDOW)
      await question?.ask({ kind: 'export', path }, { stop: signal, onAsked })
      return { value: await exportToNew({ path, passphrase: new Secret(passphrase), stop: signal }) }
    },
    previewFile: async ({ path }: Place, caller: Caller): Promise<SocketAnswer> => ({
      value: whileThere(await imports.preview(await readFile(path)), imports, caller)
    }),
    /** As the window's, but a command that is gone wants no more rows. */
    runImport: async (request: ImportRequest, { signal }: Caller): Promise<SocketAnswer> => ({
      value: await imports.run(request, signal)
    }),
    previewText: async (_none: undefined, caller: Caller): Promise<SocketAnswer> => {
      const text = new Secret(await bodyText(caller.body()))
      return {
        value: whileThere(
          await imports.preview({ text, fileName: null, path: null, file: null }),
          imports,
          caller
        )
      }
    }
  }
}

/** Forgets an import with the connection that began it. */
function whileThere(
  preview: ImportPreview,
  imports: Pick<ImportService, 'cancel'>,
  { gone }: Pick<Caller, 'gone'>
): ImportPreview {
  const forget = (): void => imports.cancel(preview.id)
  if (gone.aborted) forget()
  gone.addEventListener('abort', forget, { once: true })
  return preview
}
