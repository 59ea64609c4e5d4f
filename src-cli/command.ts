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

/** sysexits.h where it has a word for it. */
export const exitCodes = { ok: 0, warnings: 1, failures: 2, usage: 64, internal: 70 } as const
