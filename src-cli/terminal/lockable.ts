import { VaultError } from '#shared/problem.ts'
import type { Terminal } from './command.ts'

/** A store that a command opens; it may be locked until its passphrase is given. */
export type Lockable = {
  readonly isLocked: () => Promise<boolean>
  /** Throws VAULT_LOCKED for a wrong passphrase. */
  readonly unlock: (passphrase: string) => Promise<void>
}

/** Asks for the passphrase of a store if it is locked. Throws VAULT_LOCKED if none is given. */
export async function unlockFirst(store: Lockable, terminal: Terminal): Promise<void> {
  if (await store.isLocked()) await unlock(store, terminal)
}

/** Asks for the passphrase of a locked store. Throws VAULT_LOCKED if none is given. */
export async function unlock(store: Lockable, { askSecret }: Terminal): Promise<void> {
  const passphrase = await askSecret('Passphrase of the store in use: ')
  if (passphrase === null) throw new VaultError('VAULT_LOCKED', { message: STILL_LOCKED })
  await store.unlock(passphrase)
}

const STILL_LOCKED = 'The store is locked, and no passphrase was given. Nothing was changed.'

/** Asks for a passphrase. Throws INVALID_REQUEST if none is given. */
export async function passphraseOf({ askSecret }: Terminal, question: string): Promise<string> {
  const passphrase = await askSecret(question)
  if (passphrase !== null) return passphrase
  throw new VaultError('INVALID_REQUEST', { message: 'No passphrase was given. Nothing was changed.' })
}
