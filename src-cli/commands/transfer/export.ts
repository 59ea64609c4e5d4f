import { resolve } from 'node:path'
import type { ExportReport } from '#shared/transfer.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { type Lockable, unlockFirst } from '../../terminal/lockable.ts'

/** The opened export, as the composition root gives it. */
export type ExportHandle = Lockable & {
  readonly exportTo: (path: string, passphrase: string) => Promise<ExportReport>
  readonly close: () => Promise<void>
}
export type ExportCommandPorts = Terminal & {
  /** Throws VaultError CONFIG_INVALID, and INVALID_REQUEST while the app is open. */
  readonly openTransfer: () => Promise<ExportHandle>
}

export const exportCommand: Command<ExportCommandPorts> = {
  run: async ({ positionals: [file = ''] }, ports) => {
    const transfer = await ports.openTransfer()
    try {
      await unlockFirst(transfer, ports)
      const passphrase = await newPassphrase(ports)
      if (passphrase === null) return exitCodes.usage
      const { path, exported, missing } = await transfer.exportTo(resolve(file), passphrase)
      ports.write(`${exported} exported to ${path}, read back.\n`)
      for (const name of missing) ports.write(`! ${name} can’t be read and was left out.\n`)
      return missing.length === 0 ? exitCodes.ok : exitCodes.warnings
    } finally {
      await transfer.close()
    }
  }
}

/** Asks for the passphrase twice. Null: none was given or the two differ; a message says which. */
async function newPassphrase({ askSecret, isInteractive, writeError }: Terminal): Promise<string | null> {
  const passphrase = await askSecret('Passphrase for the export (12 characters or more): ')
  if (passphrase === null) {
    writeError('latchkey: No passphrase was given.\n')
    return null
  }
  if (isInteractive() && (await askSecret('Once more: ')) !== passphrase) {
    writeError('latchkey: The two are not the same. Nothing was exported.\n')
    return null
  }
  return passphrase
}
