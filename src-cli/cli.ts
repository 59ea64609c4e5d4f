import { type CommandPorts, commandTable } from './command-table.ts'
import { readArguments } from './terminal/arguments.ts'
import { type CommandRow, exitCodes, Interrupted, UsageError } from './terminal/command.ts'
import { findCommand, nearestCommand } from './terminal/find-command.ts'
import { helpOf, helpOfTopic, overview, topicOf } from './terminal/help.ts'

export type CliPorts = Omit<CommandPorts, 'commands'> & {
  /** Arguments without `node` and the script. */
  readonly args: readonly string[]
  readonly version: () => string
  /**
   * Called with the name of a command before its code is loaded. Returns the exit code if the command was run in another
   * way, such as from its sources. Null: it runs here.
   */
  readonly beforeCommand?: (name: string) => Promise<number | null>
  /**
   * Called then for a command that opens a home itself. Returns the exit code if another process has run the command in
   * place of this one. Null: it runs here.
   */
  readonly beforeOpening?: () => Promise<number | null>
}

/**
 * A command that was about to look at a home from outside, and has done nothing yet, can not on this Node: it has no
 * SQLite. It is run on another one.
 */
export class NeedsNewerNode extends Error {}

const HELP_OPTIONS = ['--help', '-h']
const VERSION = ['--version', '-V', 'version']

/** Runs one command and returns the exit code. Never throws; of an error it shows only the fixed sentence. */
export async function runCli(ports: CliPorts): Promise<number> {
  const [name = '', ...args] = ports.args
  if (VERSION.includes(name)) {
    ports.write(`latchkey ${ports.version()}\n`)
    return exitCodes.ok
  }
  if (name === '' || name === 'help' || HELP_OPTIONS.includes(name)) {
    ports.write(helpFor(args))
    return exitCodes.ok
  }
  const found = findCommand(commandTable, ports.args)
  if (found !== null && !asksForHelp(found.rest)) return await runCommand(found.command, found.rest, ports)
  if (found === null && !asksForHelp(args)) return unknownCommand(ports)
  ports.write(found === null ? overview(commandTable) : helpOf(found.command))
  return exitCodes.ok
}

/** What follows `--` belongs to another program. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end === -1 ? args.length : end).some((arg) => HELP_OPTIONS.includes(arg))
}

/** Help about a command or a topic; the overview for anything else. */
function helpFor(words: readonly string[]): string {
  const found = findCommand(commandTable, words)
  if (found !== null) return helpOf(found.command)
  const topic = topicOf(words)
  return topic === null ? overview(commandTable) : helpOfTopic(topic, commandTable)
}

async function runCommand(
  command: CommandRow<CommandPorts>,
  args: readonly string[],
  ports: CliPorts
): Promise<number> {
  try {
    const given = readArguments(command, args)
    if (given.fieldList !== null) {
      ports.write(`${given.fieldList.join('\n')}\n`)
      return exitCodes.ok
    }
    const code = await beforeCommand(command, ports)
    if (code !== null) return code
    const { run } = await command.load()
    return await run(given, { ...ports, commands: commandTable })
  } catch (error) {
    if (error instanceof NeedsNewerNode) return (await ports.beforeOpening?.()) ?? exitCodes.internal
    if (error instanceof Interrupted) return exitCodes.interrupted
    if (error instanceof UsageError) {
      ports.writeError(`latchkey ${command.name}: ${error.message} See “latchkey ${command.name} --help”.\n`)
      return exitCodes.usage
    }
    const { VaultRefusal } = await import('../src-socket/vault-connection.ts')
    const { toProblem } = await import('#shared/problem.ts')
    const { message, code } = error instanceof VaultRefusal ? error.problem : toProblem(error)
    // What is to be typed may stand in the last line.
    ports.writeError(`latchkey: ${message.replace(/(?=\n|$)/, ` (${code})`)}\n`)
    return (await import('./client/problem-exit.ts')).problemExit(code)
  }
}

/** Returns the exit code if the command was run in another way. Null: it runs here. */
async function beforeCommand(
  { name, opensNothing }: CommandRow<CommandPorts>,
  ports: CliPorts
): Promise<number | null> {
  const code = (await ports.beforeCommand?.(name)) ?? null
  return code !== null || opensNothing === true ? code : ((await ports.beforeOpening?.()) ?? null)
}

/** The message does not repeat the typed text: it may be a secret. */
function unknownCommand({ args, writeError }: CliPorts): number {
  const near = nearestCommand(commandTable, args)
  const hint = near === null ? 'See “latchkey --help”.' : `Did you mean “latchkey ${near}”?`
  writeError(`latchkey: There is no such command. ${hint}\n`)
  return exitCodes.usage
}
