import { ASKED_IN_WINDOW, type Progress } from '#shared/broker/terminal-requests.ts'
import type { ExportReport, ImportPreview, ImportRequest } from '#shared/transfer.ts'
import { Secret } from '../core/secret.ts'
import { type ActivityLog, doerOf, noteDone } from '../core/requests/activity-requests.ts'
import type { TerminalQuestion } from '../core/requests/terminal-question.ts'
import type { ExportOrder } from '../core/transfer/export-service.ts'
import type { ImportService } from '../core/transfer/import-service.ts'
import type { ImportText, OnStep } from '../core/transfer/transfer-ports.ts'
import { bodyText } from './body-text.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type TerminalAnswerPorts = {
  readonly audit: Pick<ActivityLog, 'note'>
  /** Null: no window asks, and an export begins at once. */
  readonly question: Pick<TerminalQuestion, 'ask'> | null
  readonly transfer: {
    /** Throws INVALID_REQUEST where a file is already. */
    readonly checkNew: (path: string) => void
    /** Throws INVALID_REQUEST where a file is already, and as `exportVault`. */
    readonly exportToNew: (order: ExportOrder) => Promise<ExportReport>
    readonly readFile: (path: string) => Promise<ImportText>
    readonly imports: Pick<ImportService, 'preview' | 'open' | 'run' | 'cancel'>
  }
}

type Place = { readonly path: string }

/** The answers to the requests that only the person's terminal makes. */
export function terminalAnswers({ audit, question, transfer }: TerminalAnswerPorts) {
  const { checkNew, exportToNew, imports, readFile } = transfer
  return {
    exportTo: async (
      { path, passphrase }: Place & { readonly passphrase: string },
      caller: Pick<Caller, 'client' | 'peer' | 'signal' | 'tell'>
    ): Promise<SocketAnswer> => {
      const { signal, tell } = caller
      checkNew(path) // nobody is asked about what can not be done
      const onAsked = (): void => void tell(ASKED_IN_WINDOW)
      await question?.ask({ kind: 'export', path }, { stop: signal, onAsked })
      const value = await exportToNew({
        path,
        passphrase: new Secret(passphrase),
        stop: signal,
        onStep: teller(tell)
      })
      await noteDone(audit, 'export', null, doerOf(caller))
      return { value }
    },
    previewFile: async ({ path }: Place, caller: Caller): Promise<SocketAnswer> => ({
      value: whileThere(await imports.preview(await readFile(path), teller(caller.tell)), imports, caller)
    }),
    openImport: async (
      { id, secret }: { readonly id: string; readonly secret: string },
      { tell }: Caller
    ): Promise<SocketAnswer> => ({ value: await imports.open(id, new Secret(secret), teller(tell)) }),
    /** As the window's, but a command that is gone wants no more rows. */
    runImport: async (request: ImportRequest, { signal, tell }: Caller): Promise<SocketAnswer> => ({
      value: await imports.run(request, { stop: signal, onStep: teller(tell) })
    }),
    previewText: async (_none: undefined, caller: Caller): Promise<SocketAnswer> => {
      const text = new Secret(await bodyText(caller.body()))
      return {
        value: whileThere(
          await imports.preview({ text, fileName: null, path: null, file: null }, teller(caller.tell)),
          imports,
          caller
        )
      }
    }
  }
}

/** Most notices of one piece of work. */
const TOLD = 100

/** Tells how far work is, once for each hundredth of it. */
function teller(tell: Caller['tell']): OnStep {
  return (done, total) => {
    if (done === 0 || done % Math.ceil(total / TOLD) !== 0) return
    const progress: Progress = { done, total }
    void tell({ progress })
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
