import { VaultError } from '#shared/problem.ts'

/** What a command may use of the terminal. */
export type Terminal = {
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  readonly hasColour: boolean
  /** Somebody sits there; false: standard input is a file or a pipe. */
  readonly isInteractive: boolean
  /** Asks without showing what is typed; reads one line of standard input where nobody sits. Null: nothing came. */
  readonly askSecret: (question: string) => Promise<string | null>
}

export type Command<Ports> = {
  /** As the list of commands shows it, with its own options below. */
  readonly usage: string
  /**
   * Gives the exit code; null: the arguments were not understood. Throws VaultError; nothing that was typed is in an
   * error, because it may be a secret.
   */
  readonly run: (args: readonly string[], ports: Ports) => Promise<number | null>
}

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

/** sysexits.h where it has a word for it. */
export const exitCodes = { ok: 0, warnings: 1, failures: 2, usage: 64, internal: 70 } as const
