import { type CommandPorts, commandTable } from './command-table.ts'
import { readArguments } from './terminal/arguments.ts'
import { type CommandRow, exitCodes, UsageError } from './terminal/command.ts'
import { helpOf, overview } from './terminal/help.ts'
import { nearest } from './terminal/nearest.ts'

export type CliPorts = Omit<CommandPorts, 'commands'> & {
  /** Arguments without `node` and the script. */
  readonly args: readonly string[]
  readonly version: () => string
  /**
   * Called before the code of a command is loaded. Returns the exit code if another process has run the
   * command in place of this one. Null: the command runs here.
   */
  readonly beforeCommand?: () => Promise<number | null>
}

const HELP_OPTIONS = ['--help', '-h']
const HELP = [...HELP_OPTIONS, 'help']
const VERSION = ['--version', '-V', 'version']

/** Runs one command and returns the exit code. Never throws; of an error it shows only the fixed sentence. */
export async function runCli(ports: CliPorts): Promise<number> {
  const [name = '', ...args] = ports.args
  if (VERSION.includes(name)) {
    ports.write(`latchkey ${ports.version()}\n`)
    return exitCodes.ok
  }
  const command = commandTable.find((row) => row.name === name) ?? null
  const isAsked = HELP.includes(name) || name === '' || args.some((arg) => HELP_OPTIONS.includes(arg))
  if (command === null && isAsked) {
    const asked = commandTable.find((row) => row.name === args[0]) ?? null
    ports.write(asked === null ? overview(commandTable) : helpOf(asked))
    return exitCodes.ok
  }
  if (command === null) return unknownCommand(name, ports)
  if (isAsked) {
    ports.write(helpOf(command))
    return exitCodes.ok
  }
  return await runCommand(command, args, ports)
}

async function runCommand(
  command: CommandRow<CommandPorts>,
  args: readonly string[],
  ports: CliPorts
): Promise<number> {
  try {
    const given = readArguments(command, args)
    const elsewhere = command.opensNothing ? null : ((await ports.beforeCommand?.()) ?? null)
    if (elsewhere !== null) return elsewhere
    const { run } = await command.load()
    return await run(given, { ...ports, commands: commandTable })
  } catch (error) {
    if (error instanceof UsageError) {
      ports.writeError(`latchkey ${command.name}: ${error.message} See “latchkey ${command.name} --help”.\n`)
      return exitCodes.usage
    }
    const { VaultRefusal } = await import('../src-socket/vault-connection.ts')
    if (error instanceof VaultRefusal) {
      ports.writeError(`latchkey: ${error.problem.message} (${error.problem.code})\n`)
      return (await import('./client/refusal-code.ts')).refusalCode(error.problem.code)
    }
    const { toProblem } = await import('#shared/problem.ts')
    const { message, code } = toProblem(error)
    ports.writeError(`latchkey: ${message} (${code})\n`)
    return exitCodes.internal
  }
}

/** The message does not repeat the typed text: it may be a secret. */
function unknownCommand(typed: string, { writeError }: CliPorts): number {
  const near = nearest(
    typed,
    commandTable.map(({ name }) => name)
  )
  const hint = near === null ? 'See “latchkey --help”.' : `Did you mean “latchkey ${near}”?`
  writeError(`latchkey: There is no such command. ${hint}\n`)
  return exitCodes.usage
}
