import type { CommandRow, OptionRow } from './command.ts'

type Shown = Omit<CommandRow<never>, 'load'>

const WIDTH = 100

/** All commands by their topics, one line each. */
export function overview(commands: readonly Shown[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.flatMap(({ name, topic, summary }, index) => [
    ...(topic === commands[index - 1]?.topic ? [] : [topic]),
    `  ${name.padEnd(width)}  ${summary}`
  ])
  return ['Usage: latchkey COMMAND, with --help for more of one; or latchkey --version', ...lines, ''].join(
    '\n'
  )
}

/** One command with its options. */
export function helpOf({ forms, about, options, exitCodes }: Shown): string {
  const rows = [...options, { name: 'help', text: 'this text' }]
  const width = Math.max(...rows.map((row) => titleOf(row).length))
  const indented = ' '.repeat(width + 4)
  return [
    `Usage: ${forms.map((form) => `latchkey ${form}`).join('\n       ')}`,
    '',
    ...about.flatMap((paragraph) => wrapped(paragraph, WIDTH - 2)).map((line) => `  ${line}`),
    '',
    ...rows.flatMap((row) =>
      wrapped(row.text, WIDTH - indented.length).map((line, index) =>
        index === 0 ? `  ${titleOf(row).padEnd(width)}  ${line}` : `${indented}${line}`
      )
    ),
    '',
    ...wrapped(`Exit code: ${exitCodes}, 64 not understood, 70 could not run.`, WIDTH - 2).map(
      (line) => `  ${line}`
    ),
    ''
  ].join('\n')
}

const titleOf = ({ name, value }: Pick<OptionRow, 'name' | 'value'>): string =>
  value === undefined ? `--${name}` : `--${name} ${value}`

function wrapped(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
