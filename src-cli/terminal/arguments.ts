import { type Arguments, type CommandRow, type OptionRow, UsageError } from './command.ts'
import { fieldsIn, jsonText } from './json-fields.ts'
import { nearest } from './nearest.ts'

type Read = {
  readonly positionals: readonly string[]
  readonly given: ReadonlyMap<string, readonly string[]>
}

/** Reads the arguments of a command by its row. Throws UsageError, whose sentence does not repeat them. */
export function readArguments(
  { options, positionals: wanted }: Pick<CommandRow<never>, 'options' | 'positionals'>,
  args: readonly string[]
): Arguments {
  const { given, positionals } = tokensOf(options, args)
  const known = options.find(({ fields }) => fields !== undefined)?.fields ?? []
  const json = given.get('json')?.at(-1)
  const isList = json === ''
  const picked = json === undefined || isList ? null : fieldsIn(json, known)
  if (!isList) requireCount(wanted, positionals)
  return {
    positionals,
    has: (option) => given.has(option),
    value: (option) => given.get(option)?.at(-1) ?? null,
    values: (option) => given.get(option) ?? [],
    fieldList: isList ? known : null,
    json: (answer, indent) => jsonText(answer, picked, indent)
  }
}

function tokensOf(options: readonly OptionRow[], args: readonly string[]): Read {
  const given = new Map<string, string[]>()
  const positionals: string[] = []
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? ''
    if (arg === '--') {
      positionals.push(...args.slice(at + 1))
      break
    }
    if (!arg.startsWith('-') || arg === '-') {
      positionals.push(arg)
      continue
    }
    const [, name = arg, joined] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? []
    const row = rowOf(options, name)
    const next = joined === undefined && row.value !== undefined ? followingValue(args[at + 1]) : undefined
    if (next !== undefined) at += 1
    given.set(row.name, [...(given.get(row.name) ?? []), valueOf(row, joined ?? next)])
  }
  return { given, positionals }
}

/** An argument that begins with a dash is another option, unless an equal sign joins it; a dash alone is a value. */
function followingValue(arg: string | undefined): string | undefined {
  return arg?.startsWith('-') === true && arg !== '-' ? undefined : arg
}

function rowOf(options: readonly OptionRow[], name: string): OptionRow {
  const row = options.find((each) => each.name === name)
  if (row !== undefined) return row
  const near = nearest(
    name,
    options.map((each) => each.name)
  )
  throw new UsageError(`There is no option of that name.${near === null ? '' : ` Did you mean --${near}?`}`)
}

/** Returns the value of an option. Empty: the option is a switch, or its fields are to be listed. */
function valueOf({ fields, name, value: wanted, values }: OptionRow, given: string | undefined): string {
  if (wanted === undefined) {
    if (given !== undefined) throw new UsageError(`--${name} takes no value.`)
    return ''
  }
  if (fields !== undefined) return given ?? ''
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
