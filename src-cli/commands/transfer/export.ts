import { resolve } from 'node:path'
import { readProgress } from '#shared/broker/terminal-requests.ts'
import { passphraseFault } from '#shared/passphrase.ts'
import { VaultError } from '#shared/problem.ts'
import type { ExportReport } from '#shared/transfer.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { WAITING } from '../../client/permitted.ts'
import { storeLockOf } from '../../client/store-lock.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { type Lockable, unlockFirst } from '../../terminal/lockable.ts'
import { progressLine } from '../../terminal/progress-line.ts'
import { untilInterrupted } from '../../terminal/until-interrupted.ts'

type ExportOrder = {
  readonly path: string
  readonly passphrase: string
  readonly stop: AbortSignal
  /** Told how far it is. */
  readonly onStep: (done: number, total: number) => void
}

/** What an export is asked of. */
export type ExportHandle = Lockable & {
  /** Leaves no file once `stop` is aborted. Throws INVALID_REQUEST where a file is already. */
  readonly exportTo: (order: ExportOrder) => Promise<ExportReport>
  readonly close: () => Promise<void>
}
export type ExportCommandPorts = Terminal & {
  readonly openVault: () => Promise<VaultConnection>
  /** True: no vault can be opened in the home, because it can not be written, and none answers for it. */
  readonly isReadOnly: () => Promise<boolean>
  /** Opens a home that can’t be written. */
  readonly openReadOnly: () => Promise<ExportHandle>
}

export const exportCommand: Command<ExportCommandPorts> = {
  run: async ({ has, json, positionals: [file = ''] }, ports) => {
    const isReadOnly = await ports.isReadOnly()
    const exporter = isReadOnly ? await ports.openReadOnly() : exporterOf(await ports.openVault(), ports)
    try {
      await unlockFirst(exporter, ports)
      const passphrase = await newPassphrase(ports)
      if (passphrase === null) return exitCodes.usage
      const line = progressLine(ports)
      const onStep = (done: number, total: number): void => line.show('Read', { done, total })
      const order = { path: resolve(file), passphrase, onStep }
      const report = await untilInterrupted((stop) => exporter.exportTo({ ...order, stop })).finally(
        line.clear
      )
      ports.write(has('json') ? json(report) : textOf(report))
      return report.missing.length === 0 ? exitCodes.ok : exitCodes.warnings
    } finally {
      await exporter.close()
    }
  }
}

function textOf({ path, exported, missing }: ExportReport): string {
  const leftOut = missing.map((name) => `! ${name} can’t be read and was skipped.\n`)
  return `${exported} exported to ${path}, read back.\n${leftOut.join('')}`
}

function exporterOf(vault: VaultConnection, { writeError }: Terminal): ExportHandle {
  return {
    ...storeLockOf(vault),
    exportTo: async ({ path, passphrase, stop, onStep }) => {
      stop.addEventListener('abort', () => void vault.cancel(), { once: true })
      const onNotice = (notice: unknown): void => {
        const progress = readProgress(notice)
        if (progress === null) writeError(WAITING)
        else onStep(progress.done, progress.total)
      }
      return await ask(vault, 'exportTo', [{ path, passphrase }], { onNotice })
    },
    close: async () => vault.close()
  }
}

/**
 * Asks for the passphrase twice. Null: none was given or the two differ; a message says which. Throws
 * INVALID_REQUEST for one that is too short.
 */
async function newPassphrase({ askSecret, isInteractive, writeError }: Terminal): Promise<string | null> {
  const passphrase = await askSecret('Passphrase for the export (12 characters or more): ')
  if (passphrase === null) {
    writeError('latchkey: No passphrase was given.\n')
    return null
  }
  const fault = passphraseFault(passphrase)
  if (fault !== null) throw new VaultError('INVALID_REQUEST', { message: fault })
  if (isInteractive() && (await askSecret('Once more: ')) !== passphrase) {
    writeError('latchkey: The passphrases don’t match. Nothing was exported.\n')
    return null
  }
  return passphrase
}
