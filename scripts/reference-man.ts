import { type CommandRow, exitCodeTexts, topics } from '../src-cli/terminal/command.ts'

type Shown = Omit<CommandRow<never>, 'load'>

/** The man page of all commands, in the macros of man(7). */
export function manPage(commands: readonly Shown[]): string {
  const parts = topics.flatMap((topic) => {
    const rows = commands.filter((row) => row.topic === topic)
    return rows.length === 0 ? [] : [`.SH ${quoted(topic.toUpperCase())}`, ...rows.flatMap(commandLines)]
  })
  return `${[
    String.raw`.\" Made from the table of commands by “npm run reference”.`,
    '.TH LATCHKEY 1 "" Latchkey "Latchkey"',
    '.nh',
    '.ad l',
    '.SH NAME',
    String.raw`latchkey \- keep credentials, and use them without seeing them`,
    '.SH SYNOPSIS',
    String.raw`.B latchkey`,
    String.raw`.I COMMAND`,
    '[OPTION]... [ARGUMENT]...',
    '.SH DESCRIPTION',
    roff('One vault process keeps every secret; a command asks it, and starts one where none runs.'),
    '.PP',
    roff(
      'Every command takes --help. --json a,b prints these fields of an answer, --json all every one, and --json alone lists them.'
    ),
    ...parts,
    '.SH EXIT STATUS',
    ...[...exitCodeTexts].flatMap(([code, text]) => ['.TP', String(code), roff(text)]),
    '.SH SEE ALSO',
    roff('docs/command-line.md of Latchkey')
  ].join('\n')}\n`
}

function commandLines({ name, aliases, forms, about, options, exitCodes }: Shown): string[] {
  const fields = options.find((option) => option.fields !== undefined)?.fields
  return [
    `.SS ${quoted(name)}`,
    ...forms.flatMap((form) => [`.B ${roff(`latchkey ${form}`)}`, '.br']),
    ...about.flatMap((paragraph) => ['.PP', roff(paragraph)]),
    ...options.flatMap((option) => ['.TP', `.B ${titleOf(option)}`, roff(option.text)]),
    ...(fields === undefined ? [] : ['.PP', roff(`Fields: ${fields.join(', ')}.`)]),
    ...(aliases === undefined ? [] : ['.PP', roff(`Other names: ${aliases.join(', ')}.`)]),
    '.PP',
    roff(`Exit status: ${exitCodes}.`)
  ]
}

const titleOf = ({ name, value }: Shown['options'][number]): string =>
  roff(`--${name}${value === undefined ? '' : ` ${value}`}`)

const quoted = (text: string): string => `"${roff(text)}"`

/** The text as roff prints it: a dash that can be copied, and nothing that begins a request. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll('"', String.raw`\(dq`)
  return /^[.']/.test(escaped) ? String.raw`\&${escaped}` : escaped
}
