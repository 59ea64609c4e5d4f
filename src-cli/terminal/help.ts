import { type CommandRow, type OptionRow, type Topic, topics } from './command.ts'

type Shown = Omit<CommandRow<never>, 'load'>

/** Columns of the terminals that every help fits. */
const SCREEN = 80

/** The names of all commands by their topics, on one screen. */
export function overview(commands: readonly Shown[]): string {
  const used = topics.filter((topic) => commands.some((row) => row.topic === topic))
  const width = Math.max(...used.map(({ length }) => length)) + 4
  const lines = used.flatMap((topic) => {
    const names = commands.filter((row) => row.topic === topic).map(({ name }) => name)
    return wrapped(names.join(', ').split(' '), SCREEN - width).map((line, index) =>
      index === 0 ? `  ${topic.padEnd(width - 2)}${line}` : `${' '.repeat(width)}${line}`
    )
  })
  return [
    'Usage: latchkey COMMAND [OPTION]... [ARGUMENT]...',
    '',
    ...lines,
    '',
    '“latchkey COMMAND --help” says what a command does and takes,',
    '“latchkey help TOPIC” what each of a topic is for; the first word is enough.',
    '“latchkey --version” says which version this is.',
    ''
  ].join('\n')
}

/** The topic that is meant by its name or its first word, in any case of letters. Null: none. */
export function topicOf(words: readonly string[]): Topic | null {
  const typed = words.join(' ').toLowerCase()
  return (
    topics
      .map((topic) => [topic, topic.toLowerCase()] as const)
      .find(([, name]) => name === typed || name.split(' ')[0] === typed)?.[0] ?? null
  )
}

/** The commands of a topic, one line each. */
export function helpOfTopic(topic: Topic, commands: readonly Shown[]): string {
  const rows = commands.filter((row) => row.topic === topic)
  const width = Math.max(0, ...rows.map(({ name }) => name.length))
  return [topic, ...rows.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`), ''].join('\n')
}

/** One command with its options. */
export function helpOf({ aliases, forms, about, options, exitCodes }: Shown): string {
  const rows = [...options, { name: 'help', text: 'this text' }]
  const width = Math.max(...rows.map((row) => titleOf(row).length))
  const indented = ' '.repeat(width + 4)
  return [
    ...forms.flatMap(formLines).map((line, index) => `${index === 0 ? 'Usage: ' : '       '}${line}`),
    '',
    ...[...about, ...(aliases === undefined ? [] : [`Other names: ${aliases.join(', ')}.`])]
      .flatMap((paragraph) => wrapped(paragraph.split(' '), SCREEN - 2))
      .map((line) => `  ${line}`),
    '',
    ...rows.flatMap((row) =>
      wrapped(row.text.split(' '), SCREEN - indented.length).map((line, index) =>
        index === 0 ? `  ${titleOf(row).padEnd(width)}  ${line}` : `${indented}${line}`
      )
    ),
    '',
    ...wrapped(`Exit code: ${exitCodes}, 64 not understood, 70 could not run.`.split(' '), SCREEN - 2).map(
      (line) => `  ${line}`
    ),
    ''
  ].join('\n')
}

const titleOf = ({ name, value }: Pick<OptionRow, 'name' | 'value'>): string =>
  value === undefined ? `--${name}` : `--${name} ${value}`

/** A form as lines beside “Usage: ”; what stands in brackets stays together. */
function formLines(form: string): string[] {
  const parts = form.match(/\[[^\]]*\]\S*|\S+/g) ?? []
  const indent = '  '
  const lines = wrapped(['latchkey', ...parts], SCREEN - 'Usage: '.length - indent.length)
  return lines.map((line, index) => (index === 0 ? line : `${indent}${line}`))
}

function wrapped(words: readonly string[], width: number): string[] {
  const lines = ['']
  for (const word of words) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
