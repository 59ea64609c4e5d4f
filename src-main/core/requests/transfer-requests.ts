import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { ExportReport, ImportSource, transferRequests } from '#shared/transfer.ts'
import type { Clock } from '../ports.ts'
import { Secret } from '../secret.ts'
import type { ExportOrder } from '../transfer/export-service.ts'
import type { ImportService } from '../transfer/import-service.ts'
import type { RecoveryService } from '../transfer/recovery-service.ts'
import type { ImportText } from '../transfer/transfer-ports.ts'
import { type ActivityLog, inWindow, noteDone } from './activity-requests.ts'
import type { ConfirmWish } from './terminal-question.ts'

export type TransferHandlers = Pick<VaultRequestHandlers, keyof typeof transferRequests>

/** Dialogs of the system; their content never passes through a page. */
export type VaultDialogs = {
  /** Null: the person closed it. */
  readonly chooseFileToOpen: () => Promise<string | null>
  readonly chooseFileToSave: (suggested: string) => Promise<string | null>
  /** False: the person did not take the key. */
  readonly showRecoveryKey: (key: string) => Promise<boolean>
  /** For a command at a terminal that gives out everything. Null: there is no window, so the person is not asked. */
  readonly confirmWish: ConfirmWish | null
}

export type TransferRequestPorts = {
  readonly activity: { readonly audit: Pick<ActivityLog, 'note'> }
  readonly clock: Pick<Clock, 'now'>
  readonly dialogs: Pick<VaultDialogs, 'chooseFileToOpen' | 'chooseFileToSave'>
  readonly transfer: {
    readonly exportTo: (order: ExportOrder) => Promise<ExportReport>
    readonly imports: Pick<ImportService, 'preview' | 'open' | 'run' | 'cancel'>
    readonly readFile: (path: string) => Promise<ImportText>
    /**
     * As `readFile`, but only for a file of another tool that the doctor has found; else throws
     * INVALID_REQUEST.
     */
    readonly readOldFile: (path: string) => Promise<ImportText>
    readonly recovery: Pick<RecoveryService, 'status' | 'create' | 'remove'>
  }
}

/** The requests about export, import and recovery copies. */
export function transferHandlers({
  activity,
  clock,
  dialogs,
  transfer
}: TransferRequestPorts): TransferHandlers {
  const { exportTo, imports, recovery } = transfer
  return {
    exportVault: async ({ passphrase }) => {
      const path = await dialogs.chooseFileToSave(suggestedName(clock.now()))
      if (path === null) return null
      const report = await exportTo({ path, passphrase: new Secret(passphrase) })
      await noteDone(activity.audit, 'export', null, inWindow)
      return report
    },
    previewImport: async (source) => {
      const text = await textOf(source, { dialogs, transfer })
      return text === null ? null : await imports.preview(text)
    },
    openImport: ({ id, secret }) => imports.open(id, new Secret(secret)),
    runImport: (request) => imports.run(request),
    cancelImport: async (id) => {
      imports.cancel(id)
      return null
    },
    recoveryStatus: async () => recovery.status(),
    createRecoveryKey: () => recovery.create(),
    removeRecoveryKey: () => recovery.remove()
  }
}

/** Null: the person closed the dialog. */
async function textOf(
  source: ImportSource,
  { dialogs, transfer }: Pick<TransferRequestPorts, 'dialogs' | 'transfer'>
): Promise<ImportText | null> {
  switch (source.kind) {
    case 'text':
      return { text: new Secret(source.text), fileName: null, path: null, file: null }
    case 'file': {
      const path = await dialogs.chooseFileToOpen()
      return path === null ? null : await transfer.readFile(path)
    }
    case 'old-file':
      return await transfer.readOldFile(source.path)
  }
}

function suggestedName(now: Date): string {
  return `latchkey-${now.toISOString().slice(0, 10)}.latchkey.age`
}
