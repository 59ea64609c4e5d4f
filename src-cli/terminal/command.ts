/** What a command may use of the terminal. */
export type Terminal = {
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  readonly hasColour: () => boolean
  /** A person sits there; false: standard input is a file or a pipe. */
  readonly isInteractive: () => boolean
  /** Asks without showing what is typed; reads one line of standard input from a file or a pipe. Null: nothing came. */
  readonly askSecret: (question: string) => Promise<string | null>
}

/** An option of a command. */
export type OptionRow = {
  readonly name: string
  /** What follows it, as the help names it; absent: it is a switch. */
  readonly value?: string
  /** The values it takes, where they are a fixed set. */
  readonly values?: readonly string[]
  /** It may be given several times. */
  readonly many?: boolean
  readonly text: string
}

/** A command as help, completion and the reading of its arguments know it. */
export type CommandRow<Ports> = {
  readonly name: string
  readonly topic: string
  /** One line, for the list of all commands. */
  readonly summary: string
  /** Its forms, without `latchkey`. */
  readonly forms: readonly string[]
  /** Arguments that are no options: how many, and the name of each, the last for all that follow. Absent: none. */
  readonly positionals?: Positionals
  readonly options: readonly OptionRow[]
  /** What it does, in paragraphs. */
  readonly about: readonly string[]
  readonly exitCodes: string
  /** It opens nothing, so it runs on any Node and in a process that was not hardened. */
  readonly opensNothing?: true
  /** Loads its code. */
  readonly load: () => Promise<Command<Ports>>
}

type Positionals = {
  readonly least: number
  readonly most: number
  readonly names: readonly string[]
  /** The values the first takes, where they are a fixed set. */
  readonly values?: readonly string[]
}

/** What was typed behind the name of a command, as its row allows it. */
export type Arguments = {
  readonly positionals: readonly string[]
  /** True if the switch is there. */
  readonly has: (option: string) => boolean
  /** Null: the option is not there. Of several the last. */
  readonly value: (option: string) => string | null
  /** Every value of an option that may be given several times. */
  readonly values: (option: string) => readonly string[]
}

export type Command<Ports> = {
  /**
   * Gives the exit code. Throws UsageError for arguments that do not fit together, and VaultError. No error holds what was
   * typed, because it may be a secret.
   */
  readonly run: (args: Arguments, ports: Ports) => Promise<number>
}

/** Arguments that are not understood; its sentence says what is wrong and repeats nothing that was typed. */
export class UsageError extends Error {}

/** sysexits.h where it has a word for it. */
export const exitCodes = { ok: 0, warnings: 1, failures: 2, usage: 64, internal: 70 } as const
