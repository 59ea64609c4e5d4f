import type { NamedGroup, NamedValue } from '#shared/broker/named.ts'
import { type Arguments, type Command, UsageError } from '../../terminal/command.ts'
import { list, type NamedPorts, type NamedRun, remove, save, show } from './named.ts'

/** What one command for named secrets has for itself. */
export type NamedSpec = {
  /** What a secret is called: “key”. */
  readonly word: string
  /** The verb that keeps a value: `save` or `set`. */
  readonly keeps: string
  /** How many arguments stand between the verb and the name; they say which group is meant. */
  readonly before?: number
  /** Throws UsageError. */
  readonly groupOf: (args: Arguments) => NamedGroup
  /** Throws UsageError for a name that can not be one; the sentence does not repeat it. */
  readonly checkName?: (name: string) => void
  /** What to keep; `given`: from the arguments. Null: no value came. */
  readonly valueOf: (run: NamedRun, given: string | undefined) => Promise<NamedValue | null>
  /** Whether a value may stand in the arguments. Throws UsageError. */
  readonly checkValue?: (args: Arguments, given: string | undefined) => void
  /** Verbs that no other of these commands has. */
  readonly others?: Readonly<Record<string, (args: Arguments, ports: NamedPorts) => Promise<number>>>
}

/** A command that lists, shows, keeps and deletes secrets by their names. How many arguments there are says what each is. */
export function namedCommand(spec: NamedSpec): Command<NamedPorts> {
  return {
    run: async (args, ports) => {
      const [verb = 'list'] = args.positionals
      const other = spec.others?.[verb]
      if (other !== undefined) return await other(args, ports)
      const task = taskOf(spec, verb, args)
      const group = spec.groupOf(args)
      const vault = await ports.openVault()
      try {
        return await task({ vault, group, word: spec.word, args, ports })
      } finally {
        vault.close()
      }
    }
  }
}

type Task = (run: NamedRun) => Promise<number>

/** Throws UsageError before any vault is asked. */
function taskOf(spec: NamedSpec, verb: string, args: Arguments): Task {
  if (verb === 'list') {
    counted(spec, args, 0)
    return list
  }
  const [name = '', given] = counted(spec, args, 1, verb === spec.keeps ? 2 : 1)
  spec.checkName?.(name)
  if (verb === 'show') return async (run) => await show(run, name)
  if (verb === 'delete') return async (run) => await remove(run, name)
  spec.checkValue?.(args, given)
  return async (run) => await save(run, name, async () => await spec.valueOf(run, given))
}

/** The arguments after those of the group. Throws UsageError if there are more or fewer than the verb takes. */
function counted(
  { before = 0 }: NamedSpec,
  { positionals }: Arguments,
  least: number,
  most = least
): readonly string[] {
  const given = positionals.slice(1 + before)
  if (positionals.length < 1 + before && before > 0) throw new UsageError('The name of the group is missing.')
  if (given.length < least) throw new UsageError('The name is missing.')
  if (given.length > most) throw new UsageError('There are more arguments than it takes.')
  return given
}

/** Refuses a value in the arguments unless that was said. Throws UsageError. */
export function checkArgument(args: Arguments, given: string | undefined): void {
  if (given !== undefined && !args.has('unsafe-argv')) throw new UsageError(NOT_IN_ARGUMENTS)
}

const NOT_IN_ARGUMENTS =
  'A value in the arguments is seen by other programs and kept by the history of the shell. Type it when you are asked, pipe it in, or say --unsafe-argv.'

/** A value from the arguments, from the terminal, which does not show it, or the first line of standard input. Null: none came. */
export async function typedValue(
  { ports }: Pick<NamedRun, 'ports'>,
  given: string | undefined,
  question: string
): Promise<string | null> {
  const value = given ?? (await ports.askSecret(question))
  return value === null || value.trim() === '' ? null : value
}
