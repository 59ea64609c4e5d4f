import type { VaultConnection } from '../../src-socket/vault-connection.ts'
import type { Lockable } from '../terminal/lockable.ts'
import { ask } from './ask.ts'

/** The store in use of a vault. Once it is unlocked it stays so for everyone, as after the window's unlock. */
export const storeLockOf = (vault: VaultConnection): Lockable => ({
  isLocked: async () => (await ask(vault, 'checkStorage', [])).problem?.code === 'VAULT_LOCKED',
  unlock: async (passphrase) => void (await ask(vault, 'unlockStore', [{ passphrase }]))
})
