import type { CommandRow } from './command.ts'
import { nearest } from './nearest.ts'

type Named = Pick<CommandRow<never>, 'name' | 'aliases'>

const namesOf = ({ name, aliases = [] }: Named): readonly string[] => [name, ...aliases]

/**
 * The command that the first argument names, or the first two as an alias of two words, and the arguments that
 * follow. Null: there is no such command.
 */
export function findCommand<Row extends Named>(
  commands: readonly Row[],
  args: readonly string[]
): { readonly command: Row; readonly rest: readonly string[] } | null {
  for (const words of [1, 2]) {
    const typed = args.slice(0, words).join(' ')
    const command = commands.find((row) => namesOf(row).includes(typed))
    if (command !== undefined) return { command, rest: args.slice(words) }
  }
  return null
}

/** The name, or other name, that was probably meant by the first argument or the first two. Null: none is near. */
export function nearestCommand(commands: readonly Named[], args: readonly string[]): string | null {
  const names = commands.flatMap(namesOf)
  return nearest(args[0] ?? '', names) ?? nearest(args.slice(0, 2).join(' '), names)
}
