import type { AwsCommandPorts } from './commands/aws/aws.ts'
import { awsCommands } from './tables/aws.ts'
import { type AgentCommandPorts, agentCommands } from './tables/agents.ts'
import { type HelperCommandPorts, helperCommands } from './tables/helpers.ts'
import { type KeepingCommandPorts, keepingCommands } from './tables/keeping.ts'
import { type KeyCommandPorts, keyCommands } from './tables/keys.ts'
import { type ProgramCommandPorts, programCommands } from './tables/programs.ts'
import { type SeeCommandPorts, seeCommands } from './tables/see.ts'
import { type SignInCommandPorts, signInCommands } from './tables/sign-in.ts'
import { type UpkeepCommandPorts, upkeepCommands } from './tables/upkeep.ts'
import { type UseCommandPorts, useCommands } from './tables/use.ts'
import type { CommandRow } from './terminal/command.ts'

/** Everything that the commands need of the composition root. */
export type CommandPorts = SeeCommandPorts &
  SignInCommandPorts &
  KeyCommandPorts &
  AwsCommandPorts &
  UseCommandPorts &
  ProgramCommandPorts &
  HelperCommandPorts &
  AgentCommandPorts &
  KeepingCommandPorts &
  UpkeepCommandPorts

/**
 * Every command, in the order of the help. Help, completion and the reader of arguments are made from this
 * table. The code of a command is loaded when the command runs.
 */
export const commandTable: readonly CommandRow<CommandPorts>[] = [
  ...seeCommands,
  ...signInCommands,
  ...keyCommands,
  ...awsCommands,
  ...useCommands,
  ...programCommands,
  ...helperCommands,
  ...agentCommands,
  ...keepingCommands,
  ...upkeepCommands
]
