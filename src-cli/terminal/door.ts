import { VaultError } from '#shared/problem.ts'
import type { Terminal } from './command.ts'

/** What a command opens, which may wait for its passphrase. */
export type Door = {
  readonly isLocked: () => Promise<boolean>
  /** Throws VAULT_LOCKED if it is not the right one. */
  readonly unlock: (passphrase: string) => Promise<void>
}

/** Asks for the passphrase of a store that is locked. Throws INVALID_REQUEST where none is given. */
export async function openDoor({ isLocked, unlock }: Door, terminal: Terminal): Promise<void> {
  if (await isLocked()) await unlock(await passphraseOf(terminal, 'Passphrase of the store in use: '))
}

/** Throws INVALID_REQUEST where none is given. */
export async function passphraseOf({ askSecret }: Terminal, question: string): Promise<string> {
  const passphrase = await askSecret(question)
  if (passphrase !== null) return passphrase
  throw new VaultError('INVALID_REQUEST', { message: 'No passphrase was given. Nothing was changed.' })
}
