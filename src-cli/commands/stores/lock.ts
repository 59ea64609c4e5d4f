import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

export type LockCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

const LOCKED = 'Locked. What was allowed until a lock has ended. “latchkey unlock” opens it again.\n'
const LOCKED_IN_WINDOW = 'Locked. What was allowed until a lock has ended. Unlock Latchkey in its window.\n'
const NOTHING_TO_LOCK =
  'What was allowed until a lock has ended. Latchkey’s window is closed and the store in use has no passphrase, so it stays open: lock your keychain.\n'

/** Ends what was allowed until a lock, and locks the vault if its window or a passphrase can open it again. */
export const lockCommand: Command<LockCommandPorts> = {
  run: async (args, { openVault, write }) => {
    const vault = await openVault()
    try {
      const { isLocked, needsPassphrase } = await ask(vault, 'lockVault', [])
      if (args.has('json')) write(args.json({ isLocked }))
      else write(!isLocked ? NOTHING_TO_LOCK : needsPassphrase ? LOCKED : LOCKED_IN_WINDOW)
      return isLocked ? exitCodes.ok : exitCodes.warnings
    } finally {
      vault.close()
    }
  }
}
