/** The part of the terminal that a command may use. */
export type Terminal = {
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  readonly hasColour: () => boolean
  /** True: a person is at the terminal. False: standard input is a file or a pipe. */
  readonly isInteractive: () => boolean
  /**
   * Asks without showing the typed text; reads one line of standard input if it is a file or a pipe. Null: no
   * input came.
   */
  readonly askSecret: (question: string) => Promise<string | null>
}

/** An option of a command. */
export type OptionRow = {
  readonly name: string
  /** Name of its value in the help. Absent: the option is a switch. */
  readonly value?: string
  /** The allowed values, if they are a fixed set. */
  readonly values?: readonly string[]
  /** The option may be given several times. */
  readonly many?: boolean
  readonly text: string
}

/** A command as help, completion and the reader of arguments know it. */
export type CommandRow<Ports> = {
  readonly name: string
  readonly topic: string
  /** One line, for the list of all commands. */
  readonly summary: string
  /** Its forms, without `latchkey`. */
  readonly forms: readonly string[]
  /**
   * Arguments that are not options: how many, and the name of each; the last name is for all that follow.
   * Absent: none.
   */
  readonly positionals?: Positionals
  readonly options: readonly OptionRow[]
  /** Description, in paragraphs. */
  readonly about: readonly string[]
  readonly exitCodes: string
  /**
   * The command opens no home itself: it needs nothing, or asks the vault process. So it runs on any Node and in
   * a process that is not hardened.
   */
  readonly opensNothing?: true
  /** Loads its code. */
  readonly load: () => Promise<Command<Ports>>
}

type Positionals = {
  readonly least: number
  readonly most: number
  readonly names: readonly string[]
  /** The allowed values of the first argument, if they are a fixed set. */
  readonly values?: readonly string[]
}

/** The arguments typed after the name of a command, as its row allows them. */
export type Arguments = {
  readonly positionals: readonly string[]
  /** True if the switch is there. */
  readonly has: (option: string) => boolean
  /** The last value of the option. Null: the option is not there. */
  readonly value: (option: string) => string | null
  /** Every value of an option that may be given several times. */
  readonly values: (option: string) => readonly string[]
}

export type Command<Ports> = {
  /**
   * Returns the exit code. Throws UsageError for arguments that do not fit together, and VaultError. No error
   * holds typed text, because it may be a secret.
   */
  readonly run: (args: Arguments, ports: Ports) => Promise<number>
}

/**
 * The error for arguments that are not understood; its sentence says what is wrong and repeats no typed text.
 */
export class UsageError extends Error {}

/** Exit codes; those of sysexits.h where it has a fitting one. */
export const exitCodes = {
  ok: 0,
  warnings: 1,
  failures: 2,
  /** A sign-in is needed first. */
  signIn: 4,
  usage: 64,
  /** The vault, or the host behind it, can not be reached (EX_UNAVAILABLE). */
  unreachable: 69,
  internal: 70,
  /** It may work later: the vault is locked (EX_TEMPFAIL). */
  later: 75,
  /** It was not allowed (EX_NOPERM). */
  denied: 77,
  /** The program can not be started, as in a shell. */
  notFound: 127,
  /** Ctrl-C. */
  interrupted: 130
} as const
