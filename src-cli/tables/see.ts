import { credentialFields } from '../commands/see/credential-fields.ts'
import type { ShowCommandPorts } from '../commands/see/show.ts'
import type { StatusCommandPorts } from '../commands/see/status.ts'
import type { CommandRow } from '../terminal/command.ts'
import { account, json } from './options.ts'

export type SeeCommandPorts = StatusCommandPorts & ShowCommandPorts

/** The commands that show what the vault holds, without a secret. */
export const seeCommands: readonly CommandRow<SeeCommandPorts>[] = [
  {
    name: 'status',
    aliases: ['auth status', 'auth list'],
    topic: 'See',
    summary: 'list what works, until when, with which scopes and for whom',
    forms: ['status [SERVICE] [--json FIELDS]'],
    positionals: { least: 0, most: 1, names: ['SERVICE'] },
    options: [json(credentialFields, 'the entries as JSON')],
    about: [
      'Lists every entry, or those of a service: whether it works, when it expires, its scopes, and the programs that an approval lets use it. What needs you stands first, with the command that helps. Then where everything is kept, and how that store is.'
    ],
    exitCodes:
      '0 everything works, 1 something needs attention, 4 a sign-in is needed, or nothing is kept for SERVICE, 75 the store is locked',
    opensNothing: true,
    load: async () => (await import('../commands/see/status.ts')).statusCommand
  },
  {
    name: 'show',
    topic: 'See',
    summary: 'show all that is known of an entry, masked',
    forms: ['show SERVICE [--account ACCOUNT] [--json FIELDS]'],
    positionals: { least: 1, most: 1, names: ['SERVICE'] },
    options: [account, json([...credentialFields, 'usedBy'], 'the entry as JSON')],
    about: [
      'Shows one entry as the window does: its times, scopes, hosts and client, the programs that may use it and those that did. Its value is masked: the first and last two characters.'
    ],
    exitCodes: '0 it works, 4 a sign-in is needed, or there is no such entry, 75 the store is locked',
    opensNothing: true,
    load: async () => (await import('../commands/see/show.ts')).showCommand
  }
]
