import { socketPlace } from '../../../src-socket/socket-path.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { helperTable } from '../../helpers/helper-table.ts'
import { helperVault } from '../../helpers/helper-vault.ts'
import { type Command, type Terminal, UsageError } from '../../terminal/command.ts'

export type HelperCommandPorts = Pick<Terminal, 'writeError'> & {
  readonly version: () => string
  readonly openVault: () => Promise<VaultConnection>
  /** Path of the home. */
  readonly homeFolder: () => Promise<string>
  readonly readBytes: () => AsyncIterable<Uint8Array>
  /** Writes bytes to standard output and waits until they are there. */
  readonly writeBytes: (bytes: Uint8Array) => Promise<void>
}

/** Speaks the protocol of a tool, which starts this program by the name that it looks for. */
export const helperCommand: Command<HelperCommandPorts> = {
  run: async ({ positionals: [name = '', ...args] }, ports) => {
    const load = Object.hasOwn(helperTable, name) ? helperTable[name] : undefined
    if (load === undefined) throw new UsageError('Latchkey has no helper for such a tool.')
    const helper = await load()
    let written = Promise.resolve()
    const code = await helper(
      {
        args,
        input: ports.readBytes(),
        environment: process.env,
        version: ports.version,
        notesFolder: async () => socketPlace(await ports.homeFolder()).folder,
        write: (text) => void (written = written.then(() => ports.writeBytes(Buffer.from(text)))),
        writeError: ports.writeError
      },
      helperVault(ports)
    )
    await written
    // A vault that is still awaited, or an input that stays open, would keep the tool waiting.
    process.exit(code)
  }
}
