import type { HelperCommandPorts as HelperPorts } from '../commands/tools/helper.ts'
import type { SetupCommandPorts } from '../commands/setup/setup.ts'
import { hostNames } from '../setup/hosts/host-names.ts'
import { setupTools } from '../setup/setup-table.ts'
import type { CommandRow, OptionRow } from '../terminal/command.ts'
import { json } from './options.ts'

export type HelperCommandPorts = HelperPorts & SetupCommandPorts

const setupOptions: readonly OptionRow[] = [
  { name: 'profile', value: 'NAME', text: 'of aws: this profile' },
  { name: 'dry-run', text: 'only say what would be changed' },
  json(['changes', 'notes'], 'what is changed as JSON')
]

/** The commands that let other tools and agents ask Latchkey. */
export const helperCommands: readonly CommandRow<HelperCommandPorts>[] = [
  {
    name: 'helper',
    topic: 'Helpers and agents',
    summary: 'answer a tool, such as git, in its own language',
    forms: ['helper TOOL -- [ARGUMENT]...'],
    positionals: { least: 1, most: Infinity, names: ['TOOL', 'ARGUMENT'] },
    options: [],
    about: [
      'Tools start it under the name that they look for, such as git-credential-latchkey; it is seldom typed. It answers within five seconds and asks nothing on its own streams. A credential is given out only where you allowed this helper for this host.'
    ],
    exitCodes: 'as the tool expects it',
    load: async () => (await import('../commands/tools/helper.ts')).helperCommand
  },
  {
    name: 'setup',
    topic: 'Helpers and agents',
    summary: 'make a tool ask Latchkey for what it sends',
    forms: [
      'setup TOOL [--host HOST]... [--dry-run] [--no-prompt] [--json FIELDS]',
      'setup aws [--profile NAME] [--account ACCOUNT]',
      'setup docker [--service SERVICE] [--account ACCOUNT]',
      'setup kubectl --service SERVICE [--context NAME] [--user NAME]',
      'setup mcp-host HOST [--dry-run]'
    ],
    positionals: {
      least: 1,
      most: 2,
      names: ['TOOL', 'HOST'],
      values: [...setupTools, ...hostNames, 'mcp-host']
    },
    options: [
      {
        name: 'host',
        value: 'HOST',
        many: true,
        text: 'only this one; else all that Latchkey knows'
      },
      { name: 'no-prompt', text: 'do not ask for the approval in advance' },
      { name: 'account', value: 'ACCOUNT', text: 'the account in Latchkey' },
      { name: 'service', value: 'SERVICE', text: 'of a host that Latchkey does not know' },
      { name: 'context', value: 'NAME', text: 'of kubectl; else the current one' },
      { name: 'user', value: 'NAME', text: 'of kubectl: the new user' },
      ...setupOptions
    ],
    about: [
      'Changes the tool’s configuration, says where a value may still be, and offers to move a pair of AWS. mcp-host moves the tokens of an agents’ host.'
    ],
    exitCodes: '0 done, 4 Latchkey has nothing for this tool',
    opensNothing: true,
    load: async () => (await import('../commands/setup/setup.ts')).setupCommand
  },
  {
    name: 'unsetup',
    topic: 'Helpers and agents',
    summary: 'take back what setup changed, and nothing else',
    forms: ['unsetup TOOL [--profile NAME] [--dry-run] [--json FIELDS]', 'unsetup mcp-host HOST [--dry-run]'],
    positionals: {
      least: 1,
      most: 2,
      names: ['TOOL', 'HOST'],
      values: [...setupTools, ...hostNames, 'mcp-host']
    },
    options: setupOptions,
    about: ['Approvals stay: “latchkey approvals --list” shows them, and --revoke ends them.'],
    exitCodes: '0 done',
    opensNothing: true,
    load: async () => (await import('../commands/setup/setup.ts')).unsetupCommand
  }
]
