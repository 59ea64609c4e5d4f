import { parseArgs } from 'node:util'
import { type Arguments, type CommandRow, type OptionRow, UsageError } from './command.ts'
import { nearest } from './nearest.ts'

/** Reads the arguments of a command by its row. Throws UsageError, whose sentence does not repeat them. */
export function readArguments(
  { options, positionals: wanted }: Pick<CommandRow<never>, 'options' | 'positionals'>,
  args: readonly string[]
): Arguments {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(options.map(({ name, value }) => [name, { type: typeOf(value) }])),
    strict: false,
    tokens: true,
    allowPositionals: true
  })
  const given = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const row = rowOf(options, token.name, token.rawName)
    const values = given.get(row.name) ?? []
    given.set(row.name, [...values, valueOf(row, token.value)])
  }
  requireCount(wanted, positionals)
  return {
    positionals,
    has: (option) => given.has(option),
    value: (option) => given.get(option)?.at(-1) ?? null,
    values: (option) => given.get(option) ?? []
  }
}

const typeOf = (value: string | undefined) => (value === undefined ? 'boolean' : 'string')

function rowOf(options: readonly OptionRow[], name: string, written: string): OptionRow {
  const row = written.startsWith('--') ? options.find((each) => each.name === name) : undefined
  if (row !== undefined) return row
  const near = nearest(
    name,
    options.map((each) => each.name)
  )
  throw new UsageError(`There is no option of that name.${near === null ? '' : ` Did you mean --${near}?`}`)
}

/** Returns the value of an option. Empty: the option is a switch. */
function valueOf({ name, value: wanted, values }: OptionRow, given: string | undefined): string {
  if (wanted === undefined) {
    if (given !== undefined) throw new UsageError(`--${name} takes no value.`)
    return ''
  }
  // An argument that begins with a dash is another option, unless an equal sign joins it.
  if (given === undefined || given === '') throw new UsageError(`--${name} needs a value: ${wanted}.`)
  if (values !== undefined && !values.includes(given)) {
    throw new UsageError(`--${name} is one of ${values.join(', ')}.`)
  }
  return given
}

function requireCount(wanted: CommandRow<never>['positionals'], given: readonly string[]): void {
  const { least, most, names, values } = wanted ?? { least: 0, most: 0, names: [] }
  if (given.length < least) throw new UsageError(`${names[given.length] ?? names.at(-1) ?? ''} is missing.`)
  if (given.length > most) {
    throw new UsageError(most === 0 ? 'It takes no argument.' : `It takes no more than ${names.join(' ')}.`)
  }
  if (values !== undefined && given[0] !== undefined && !values.includes(given[0])) {
    throw new UsageError(`${names[0] ?? ''} is one of ${values.join(', ')}.`)
  }
}
