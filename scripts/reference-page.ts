import { type CommandRow, exitCodeTexts, topics } from '../src-cli/terminal/command.ts'

type Shown = Omit<CommandRow<never>, 'load'>

/** The reference of all commands as a page of Markdown, in the form that the formatter leaves as it is. */
export function referencePage(commands: readonly Shown[]): string {
  const parts = topics
    .map((topic) => [topic, commands.filter((row) => row.topic === topic)] as const)
    .filter(([, rows]) => rows.length > 0)
    .flatMap(([topic, rows]) => [`## ${topic}`, ...rows.flatMap(commandParts)])
  return `${[
    '# Commands',
    'Made from the table of commands by `npm run reference`. [The command line](command-line.md) says how they work together.',
    'Every command takes `--help`. `--json a,b` prints these fields, `--json all` every one, and `--json` alone lists them.',
    ...parts,
    '## Exit codes',
    [...exitCodeTexts].map(([code, text]) => `- ${code}: ${text}`).join('\n')
  ].join('\n\n')}\n`
}

function commandParts({ name, aliases, forms, about, options, exitCodes }: Shown): string[] {
  const fields = options.find((option) => option.fields !== undefined)?.fields
  return [
    `### ${name}`,
    ['```', ...forms.map((form) => `latchkey ${form}`), '```'].join('\n'),
    ...about.map(plain),
    ...(options.length === 0 ? [] : [options.map(optionLine).join('\n')]),
    ...(fields === undefined ? [] : [`Fields: ${fields.map((field) => `\`${field}\``).join(', ')}.`]),
    ...(aliases === undefined
      ? []
      : [`Other names: ${aliases.map((alias) => `\`latchkey ${alias}\``).join(', ')}.`]),
    `Exit codes: ${plain(exitCodes)}.`
  ]
}

const optionLine = ({ name, value, text }: Shown['options'][number]): string =>
  `- \`--${name}${value === undefined ? '' : ` ${value}`}\`: ${plain(text)}`

/** The text with what means something in Markdown taken as it is. */
const plain = (text: string): string => text.replaceAll(/[*_<>$\\`]/g, String.raw`\$&`)
