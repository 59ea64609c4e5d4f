import { toProblem } from '#shared/problem.ts'
import { type Command, exitCodes } from './terminal/command.ts'
import { doctorCommand, type DoctorCommandPorts } from './commands/upkeep/doctor.ts'
import { exportCommand, type ExportCommandPorts } from './commands/transfer/export.ts'
import { importCommand, type ImportCommandPorts } from './commands/transfer/import.ts'
import { moveCommand, type MoveCommandPorts } from './commands/stores/move.ts'
import { signOutCommand, type SignOutCommandPorts } from './commands/sign-outs/sign-out.ts'
import { signOutsCommand, type SignOutsCommandPorts } from './commands/sign-outs/sign-outs.ts'
import { storeCommand, type StoreCommandPorts } from './commands/stores/store.ts'

export type CliPorts = DoctorCommandPorts &
  ExportCommandPorts &
  ImportCommandPorts &
  MoveCommandPorts &
  SignOutCommandPorts &
  SignOutsCommandPorts &
  StoreCommandPorts & {
    /** Without `node` and the script. */
    readonly args: readonly string[]
    readonly version: string
  }

/** Every command by its name: a file of its own in `commands/`. */
const commands: ReadonlyMap<string, Command<CliPorts>> = new Map<string, Command<CliPorts>>([
  ['doctor', doctorCommand],
  ['export', exportCommand],
  ['import', importCommand],
  ['move', moveCommand],
  ['sign-out', signOutCommand],
  ['sign-outs', signOutsCommand],
  ['store', storeCommand]
])

const HELP_OPTIONS = ['--help', '-h']
const HELP = [...HELP_OPTIONS, 'help']
const VERSION = ['--version', '-V', 'version']

/** Runs one command and gives the exit code. Never throws; nothing of an error but its fixed sentence is shown. */
export async function runCli(ports: CliPorts): Promise<number> {
  const [name = '', ...args] = ports.args
  const command = commands.get(name) ?? null
  if (VERSION.includes(name)) {
    ports.write(`latchkey ${ports.version}\n`)
    return exitCodes.ok
  }
  const isAsked = HELP.includes(name) || (command !== null && args.some((arg) => HELP_OPTIONS.includes(arg)))
  if (isAsked) {
    ports.write(usageOf(command ?? commands.get(args[0] ?? '') ?? null))
    return exitCodes.ok
  }
  try {
    const code = (await command?.run(args, ports)) ?? null
    if (code !== null) return code
    // What was typed is not repeated: it may be a secret.
    ports.writeError(usageOf(command))
    return exitCodes.usage
  } catch (error) {
    const { message, code } = toProblem(error)
    ports.writeError(`latchkey: ${message} (${code})\n`)
    return exitCodes.internal
  }
}

function usageOf(command: Command<CliPorts> | null): string {
  const shown = command === null ? [...commands.values()] : [command]
  return `Usage: ${shown.map(({ usage }) => usage).join('\n       ')}
  -h, --help, help COMMAND   this text
  --version                  the version
  Exit code: 64 not understood, 70 could not run.
`
}
