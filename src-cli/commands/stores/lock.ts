import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

export type LockCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

const LOCKED = 'Locked. What was allowed until a lock has ended. “latchkey unlock” opens it again.\n'
const NO_PASSPHRASE =
  'What was allowed until a lock has ended. The store in use has no passphrase, so it stays open: lock your keychain.\n'

/** Ends what was allowed until a lock, and locks the store in use if it has a passphrase. */
export const lockCommand: Command<LockCommandPorts> = {
  run: async (args, { openVault, write }) => {
    const vault = await openVault()
    try {
      const { isStoreLocked } = (await vault.ask('lockVault')) as { readonly isStoreLocked: boolean }
      if (args.has('json')) write(args.json({ isStoreLocked }))
      else write(isStoreLocked ? LOCKED : NO_PASSPHRASE)
      return isStoreLocked ? exitCodes.ok : exitCodes.warnings
    } finally {
      vault.close()
    }
  }
}
