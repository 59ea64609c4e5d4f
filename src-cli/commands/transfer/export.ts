import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { ExportReport } from '#shared/transfer.ts'
import { type Command, type Door, exitCodes, openDoor, type Terminal } from '../../terminal/command.ts'

/** What the composition root gives. */
export type ExportHandle = Door & {
  readonly exportTo: (path: string, passphrase: string) => Promise<ExportReport>
  readonly close: () => Promise<void>
}
export type ExportCommandPorts = Terminal & {
  /** Throws VaultError CONFIG_INVALID, and INVALID_REQUEST while the app is open. */
  readonly openTransfer: () => Promise<ExportHandle>
}

const usage = `latchkey export FILE

  Writes every credential into FILE, sealed with a passphrase that is asked for, as is that of a store that is locked (on
  a terminal, or one line of standard input each). “age -d FILE” opens it too.

  Exit code: 0 all are in the file, 1 some could not be read and are not, 70 could not run.
`

export const exportCommand: Command<ExportCommandPorts> = {
  usage,
  run: async (args, ports) => {
    const file = fileOf(args)
    if (file === null) return null
    const transfer = await ports.openTransfer()
    try {
      await openDoor(transfer, ports)
      const passphrase = await newPassphrase(ports)
      if (passphrase === null) return exitCodes.usage
      const { path, exported, missing } = await transfer.exportTo(resolve(file), passphrase)
      ports.write(`${exported} exported to ${path}, read back.\n`)
      for (const name of missing) ports.write(`! ${name} can not be read and is not in it.\n`)
      return missing.length === 0 ? exitCodes.ok : exitCodes.warnings
    } finally {
      await transfer.close()
    }
  }
}

function fileOf(args: readonly string[]): string | null {
  try {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
    return positionals.length === 1 ? (positionals[0] ?? null) : null
  } catch {
    return null
  }
}

/** Null: none was given, or the second time another one; it was said why. */
async function newPassphrase({ askSecret, isInteractive, writeError }: Terminal): Promise<string | null> {
  const passphrase = await askSecret('Passphrase for the export (12 characters or more): ')
  if (passphrase === null) {
    writeError('latchkey: No passphrase was given.\n')
    return null
  }
  if (isInteractive && (await askSecret('Once more: ')) !== passphrase) {
    writeError('latchkey: The two are not the same. Nothing was exported.\n')
    return null
  }
  return passphrase
}
