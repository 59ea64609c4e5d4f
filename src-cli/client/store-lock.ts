import type { VaultConnection } from '../../src-socket/vault-connection.ts'
import type { Lockable } from '../terminal/lockable.ts'
import { ask } from './ask.ts'

/** The passphrase of the store in use. Once the vault is unlocked it stays so for everyone, as after the window's unlock. */
export const storeLockOf = (vault: VaultConnection): Lockable => ({
  isLocked: async () => {
    const { isLocked, needsPassphrase } = await ask(vault, 'getLock', [])
    return isLocked && needsPassphrase
  },
  unlock: async (passphrase) => void (await ask(vault, 'unlockVault', [{ passphrase }]))
})
