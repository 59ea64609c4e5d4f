import { toProblem } from '#shared/problem.ts'
import { type Command, exitCodes } from './command.ts'
import { doctorCommand, type DoctorCommandPorts } from './commands/doctor.ts'
import { exportCommand, type ExportCommandPorts } from './commands/export.ts'
import { importCommand, type ImportCommandPorts } from './commands/import.ts'
import { moveCommand, type MoveCommandPorts } from './commands/move.ts'
import { signOutCommand, type SignOutCommandPorts } from './commands/sign-out.ts'
import { signOutsCommand, type SignOutsCommandPorts } from './commands/sign-outs.ts'
import { storeCommand, type StoreCommandPorts } from './commands/store.ts'

export type CliPorts = DoctorCommandPorts &
  ExportCommandPorts &
  ImportCommandPorts &
  MoveCommandPorts &
  SignOutCommandPorts &
  SignOutsCommandPorts &
  StoreCommandPorts & {
    /** Without `node` and the script. */
    readonly args: readonly string[]
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

/** Runs one command and gives the exit code. Never throws; nothing of an error but its fixed sentence is shown. */
export async function runCli(ports: CliPorts): Promise<number> {
  const [name = '', ...args] = ports.args
  const command = commands.get(name) ?? null
  if (ports.args.includes('--help') && (command !== null || name === '--help')) {
    ports.write(usageOf(command))
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
  --help     this text
  Exit code: 64 not understood, 70 could not run.
`
}
