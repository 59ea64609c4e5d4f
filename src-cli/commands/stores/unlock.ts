import { type VaultConnection, VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { storeLockOf } from '../../client/store-lock.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { unlock } from '../../terminal/lockable.ts'

export type UnlockCommandPorts = Terminal & { readonly openVault: () => Promise<VaultConnection> }

/** Asks for the passphrase of a locked store, at a terminal alone: what has it in a pipe keeps it somewhere. */
export const unlockCommand: Command<UnlockCommandPorts> = {
  run: async (args, ports) => {
    const vault = await ports.openVault()
    try {
      const store = storeLockOf(vault)
      const { isLocked: wasLocked, needsPassphrase } = await ask(vault, 'getLock', [])
      if (wasLocked && !needsPassphrase) await ask(vault, 'unlockVault', [{ passphrase: null }])
      if (wasLocked && !ports.isInteractive()) {
        throw new VaultRefusal({
          code: 'VAULT_LOCKED',
          message: 'The store is locked, and its passphrase is asked at a terminal alone. Run this in one.'
        })
      }
      if (wasLocked) await unlock(store, ports)
      const text = wasLocked ? 'Unlocked, for every program until it is locked.\n' : 'It is not locked.\n'
      ports.write(args.has('json') ? args.json({ wasLocked }) : text)
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}
