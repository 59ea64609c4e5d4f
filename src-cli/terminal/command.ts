/** The part of the terminal that a command may use. */
export type Terminal = {
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  readonly hasColour: () => boolean
  /** True: a person is at the terminal. False: standard input is a file or a pipe. */
  readonly isInteractive: () => boolean
  /** True: standard error is a terminal. */
  readonly isErrorShown: () => boolean
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
  /**
   * The fields of the answer in JSON, which the value picks; without a value the option lists them. Only `--json` has
   * them.
   */
  readonly fields?: readonly string[]
  /** The option may be given several times. */
  readonly many?: boolean
  readonly text: string
}

/** What the commands are about, in the order of the overview. */
export const topics = [
  'See',
  'Sign in and out',
  'Keys',
  'Use without seeing',
  'Helpers and agents',
  'Keeping',
  'Upkeep'
] as const
export type Topic = (typeof topics)[number]

/** A command as help, completion and the reader of arguments know it. */
export type CommandRow<Ports> = {
  readonly name: string
  /** Other names that are understood, of one word or two: `login`, `auth login`. Absent: none. */
  readonly aliases?: readonly string[]
  readonly topic: Topic
  /** One line of at most 60 characters, for the list of the commands of a topic. */
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
  /** The fields to list in place of running the command: `--json` stands alone. Null: the command runs. */
  readonly fieldList: readonly string[] | null
  /**
   * The answer as JSON with the fields that `--json` picks, each row of a list for itself, and a line feed. `indent`: 0
   * for one line, 2 if it is left out.
   */
  readonly json: (answer: unknown, indent?: number) => string
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

/** The person pressed Ctrl-C at a question: the command ends with 130, and has changed nothing since it asked. */
export class Interrupted extends Error {}

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

/** What each exit code means, in the one place that the reference is made from. A command says more of 1 and 2 itself. */
export const exitCodeTexts: ReadonlyMap<number, string> = new Map([
  [exitCodes.ok, 'done'],
  [
    exitCodes.warnings,
    'done, and something needs attention; or an answer with an error, as the command says'
  ],
  [exitCodes.failures, 'something failed, as the command says'],
  [exitCodes.signIn, 'a sign-in is needed first, or there is no such entry'],
  [exitCodes.usage, 'the arguments, a setting, or what the vault was asked, are not understood or accepted'],
  [exitCodes.unreachable, 'the vault, its keychain, or the host behind it, can’t be reached'],
  [exitCodes.internal, 'the command could not run, or an answer of a provider is of no use'],
  [exitCodes.later, 'it may work later: the vault is locked, or an approval or a proposal waits'],
  [exitCodes.denied, 'it was not allowed: by you, by your rules, or by the provider'],
  [exitCodes.notFound, 'the program of “latchkey run” can’t be started'],
  [exitCodes.interrupted, 'interrupted by Ctrl-C']
])
