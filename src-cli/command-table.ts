import type { CommandRow } from './terminal/command.ts'
import { type KeepingCommandPorts, keepingCommands } from './tables/keeping.ts'
import { type ProgramCommandPorts, programCommands } from './tables/programs.ts'
import { type UpkeepCommandPorts, upkeepCommands } from './tables/upkeep.ts'
import { type UseCommandPorts, useCommands } from './tables/use.ts'

/** Everything that the commands need of the composition root. */
export type CommandPorts = UseCommandPorts & ProgramCommandPorts & KeepingCommandPorts & UpkeepCommandPorts

/**
 * Every command, in the order of the help. Help, completion and the reader of arguments are made from this
 * table. The code of a command is loaded when the command runs.
 */
export const commandTable: readonly CommandRow<CommandPorts>[] = [
  ...useCommands,
  ...programCommands,
  ...keepingCommands,
  ...upkeepCommands
]
