import { resolve } from 'node:path'
import { passphraseFault } from '#shared/passphrase.ts'
import { VaultError } from '#shared/problem.ts'
import type { ExportReport } from '#shared/transfer.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { WAITING } from '../../client/permitted.ts'
import { storeLockOf } from '../../client/store-lock.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { type Lockable, unlockFirst } from '../../terminal/lockable.ts'
import { untilInterrupted } from '../../terminal/until-interrupted.ts'

/** What an export is asked of. */
export type ExportHandle = Lockable & {
  /** Leaves no file once `stop` is aborted. Throws INVALID_REQUEST where a file is already. */
  readonly exportTo: (path: string, passphrase: string, stop: AbortSignal) => Promise<ExportReport>
  readonly close: () => Promise<void>
}
export type ExportCommandPorts = Terminal & {
  readonly openVault: () => Promise<VaultConnection>
  /** True: no vault can be opened in the home, because it can not be written, and none answers for it. */
  readonly isReadOnly: () => Promise<boolean>
  /** Opens a home that can not be written. */
  readonly openReadOnly: () => Promise<ExportHandle>
}

export const exportCommand: Command<ExportCommandPorts> = {
  run: async ({ positionals: [file = ''] }, ports) => {
    const isReadOnly = await ports.isReadOnly()
    const exporter = isReadOnly ? await ports.openReadOnly() : exporterOf(await ports.openVault(), ports)
    try {
      await unlockFirst(exporter, ports)
      const passphrase = await newPassphrase(ports)
      if (passphrase === null) return exitCodes.usage
      const { path, exported, missing } = await untilInterrupted((stop) =>
        exporter.exportTo(resolve(file), passphrase, stop)
      )
      ports.write(`${exported} exported to ${path}, read back.\n`)
      for (const name of missing) ports.write(`! ${name} can’t be read and was left out.\n`)
      return missing.length === 0 ? exitCodes.ok : exitCodes.warnings
    } finally {
      await exporter.close()
    }
  }
}

function exporterOf(vault: VaultConnection, { writeError }: Terminal): ExportHandle {
  return {
    ...storeLockOf(vault),
    exportTo: async (path, passphrase, stop) => {
      stop.addEventListener('abort', () => void vault.cancel(), { once: true })
      return await ask(vault, 'exportTo', [{ path, passphrase }], { onNotice: () => writeError(WAITING) })
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
    writeError('latchkey: The two are not the same. Nothing was exported.\n')
    return null
  }
  return passphrase
}
