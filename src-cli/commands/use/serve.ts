import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type Command, exitCodes } from '../../terminal/command.ts'

export type ServeCommandPorts = {
  /** Runs the vault without windows until it ends; resolves with the exit code. */
  readonly serve: () => Promise<number>
  readonly openVault: () => Promise<VaultConnection>
}

export const serveCommand: Command<ServeCommandPorts> = {
  run: async ({ has }, { openVault, serve }) => {
    if (!has('start')) return await serve()
    const vault = await openVault()
    vault.close()
    return exitCodes.ok
  }
}
