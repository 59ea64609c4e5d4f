import { type Command, type CommandRow, exitCodes, type Terminal } from '../../terminal/command.ts'

type Row = Pick<CommandRow<never>, 'name' | 'summary' | 'options' | 'positionals'>

export type CompletionCommandPorts = Pick<Terminal, 'write'> & {
  readonly commands: readonly Row[]
}

export const completionCommand: Command<CompletionCommandPorts> = {
  run: async ({ positionals: [shell] }, { commands, write }) => {
    const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell as 'bash' | 'zsh' | 'fish']
    write(script(commands))
    return exitCodes.ok
  }
}

/** True if the argument of the command may be a file. */
const takesFile = ({ positionals }: Row): boolean => positionals?.names[0] === 'FILE'

function bashScript(commands: readonly Row[]): string {
  const cases = commands.map((row) => {
    const words = [
      ...row.options.map(({ name }) => `--${name}`),
      '--help',
      ...(row.positionals?.values ?? [])
    ]
    const files = takesFile(row) ? ' -f' : ''
    return `    ${row.name}) COMPREPLY=($(compgen${files} -W '${words.join(' ')}' -- "$word")) ;;`
  })
  const values = valueCases(commands).map(
    ([options, words]) =>
      `    ${options}) COMPREPLY=($(compgen ${words === null ? '-f' : `-W '${words}'`} -- "$word")); return ;;`
  )
  return `# Completes latchkey in bash.
_latchkey() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$word"))
    return
  fi
  case $before in
${values.join('\n')}
  esac
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
}
complete -F _latchkey latchkey
`
}

/** The options that take a value, those with the same values in one case. Words null: a file or free text. */
function valueCases(commands: readonly Row[]): [options: string, words: string | null][] {
  const words = new Map<string, Set<string>>()
  for (const { name, value, values = [] } of commands.flatMap(({ options }) => options)) {
    if (value !== undefined) words.set(`--${name}`, new Set([...(words.get(`--${name}`) ?? []), ...values]))
  }
  const cases = new Map<string, string[]>()
  for (const [option, given] of words) {
    const all = [...given].join(' ')
    cases.set(all, [...(cases.get(all) ?? []), option])
  }
  return [...cases].map(([all, options]) => [options.join('|'), all === '' ? null : all])
}

function zshScript(commands: readonly Row[]): string {
  const quoted = (text: string): string => text.replaceAll("'", '’').replaceAll(/[[\]:]/g, String.raw`\$&`)
  const cases = commands.map((row) => {
    const options = row.options.map(({ name, value, values, text }) => {
      const given = value === undefined ? '' : `:${value}:${values ? `(${values.join(' ')})` : '_files'}`
      return `'--${name}[${quoted(text)}]${given}'`
    })
    const [first] = row.positionals?.names ?? []
    const rest = first === undefined ? [] : [`'*:${first}:${restOf(row)}'`]
    return `    ${row.name}) _arguments ${[...options, "'--help[this text]'", ...rest].join(' ')} ;;`
  })
  return `#compdef latchkey
_latchkey() {
  local -a commands
  commands=(${commands.map(({ name, summary }) => `'${name}:${quoted(summary)}'`).join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
${cases.join('\n')}
  esac
}
compdef _latchkey latchkey
`
}

function restOf(row: Row): string {
  if (row.positionals?.values !== undefined) return `(${row.positionals.values.join(' ')})`
  return takesFile(row) ? '_files' : ' '
}

function fishScript(commands: readonly Row[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", '’')}'`
  const lines = commands.flatMap((row) => {
    const within = `complete -c latchkey -n '__fish_seen_subcommand_from ${row.name}'`
    const { values } = row.positionals ?? {}
    return [
      `complete -c latchkey -n __fish_use_subcommand -f -a ${row.name} -d ${quoted(row.summary)}`,
      ...row.options.map(({ name, value, values: words, text }) => {
        const given = value === undefined ? '' : words ? ` -x -a '${words.join(' ')}'` : ' -r'
        return `${within} -l ${name} -d ${quoted(text)}${given}`
      }),
      ...(values === undefined ? [] : [`${within} -f -a '${values.join(' ')}'`])
    ]
  })
  return `# Completes latchkey in fish.\n${lines.join('\n')}\n`
}
