import type { SignInCommandPorts as SignInPorts } from '../commands/sign-in/run-sign-in.ts'
import type { RefreshCommandPorts } from '../commands/renew/refresh.ts'
import type { RotateCommandPorts } from '../commands/renew/rotate.ts'
import { credentialFields } from '../commands/see/credential-fields.ts'
import type { SwitchCommandPorts } from '../commands/sign-in/switch.ts'
import type { SignOutCommandPorts } from '../commands/sign-outs/sign-out.ts'
import type { SignOutsCommandPorts } from '../commands/sign-outs/sign-outs.ts'
import type { CommandRow } from '../terminal/command.ts'
import { account, json } from './options.ts'

export type SignInCommandPorts = SignInPorts &
  SwitchCommandPorts &
  SignOutCommandPorts &
  SignOutsCommandPorts &
  RefreshCommandPorts &
  RotateCommandPorts

/** The commands that begin and end a sign-in, and choose an account. */
export const signInCommands: readonly CommandRow<SignInCommandPorts>[] = [
  {
    name: 'sign-in',
    aliases: ['signin', 'login', 'auth signin', 'auth login'],
    topic: 'Sign in and out',
    summary: 'sign in to a service: in a browser, by a code, or by a password',
    forms: [
      'sign-in SERVICE [--account ACCOUNT] [--scope SCOPE]... [--surface SURFACE] [--json FIELDS]',
      'sign-in SERVICE [--issuer URL] --client-id ID [--client-secret]',
      'sign-in NAME --issuer URL --email EMAIL'
    ],
    positionals: { least: 1, most: 1, names: ['SERVICE'] },
    options: [
      { name: 'account', value: 'ACCOUNT', text: 'sign in to this one again, or add it' },
      {
        name: 'scope',
        value: 'SCOPE',
        many: true,
        text: 'ask for this scope, too; the first time, for these alone'
      },
      { name: 'issuer', value: 'URL', text: 'your own provider, or a Supabase project' },
      { name: 'client-id', value: 'ID', text: 'your client at the provider' },
      { name: 'client-secret', text: 'ask for the secret of the client' },
      {
        name: 'surface',
        value: 'SURFACE',
        values: ['browser', 'device', 'window'],
        text: 'browser, device (a code), window'
      },
      { name: 'email', value: 'EMAIL', text: 'sign in by e-mail and password' },
      json(['service', 'name', 'account', 'scopes', 'missingScopes', 'expiresAt'], 'the entry as JSON')
    ],
    about: [
      'Signs in again, or for the first time. SERVICE may be the address of an MCP server. Secrets are asked for on the terminal, or read from standard input, one line each. Ctrl-C cancels.'
    ],
    exitCodes: '0 signed in, 69 provider not reached, 75 locked or too late, 77 refused, 130 cancelled',
    opensNothing: true,
    load: async () => (await import('../commands/sign-in/sign-in.ts')).signInCommand
  },
  {
    name: 'switch',
    topic: 'Sign in and out',
    summary: 'choose the account of a service by folder, owner or program',
    forms: [
      'switch SERVICE ACCOUNT [--here | --owner OWNER | --client NAME]',
      'switch --remove SERVICE [--here | --owner OWNER | --client NAME]',
      'switch --list [--json FIELDS]'
    ],
    positionals: { least: 0, most: 2, names: ['SERVICE', 'ACCOUNT'] },
    options: [
      { name: 'here', text: 'in this folder and below; so it is where nothing is named' },
      { name: 'owner', value: 'OWNER', text: 'in git repositories of acme, or of github.com/acme' },
      { name: 'client', value: 'NAME', text: 'for a paired program' },
      { name: 'remove', text: 'remove this rule' },
      { name: 'list', text: 'list the rules, and which decide here' },
      json(['service', 'account', 'folder', 'owner', 'client', 'holds'], 'the list as JSON')
    ],
    about: [
      'Chooses the account where a command or a tool names none. A rule for the program comes first, then the deepest folder, then the owner. There is no account that is current everywhere.'
    ],
    exitCodes: '0 done, 4 there is no such entry, 64 no such rule or program',
    opensNothing: true,
    load: async () => (await import('../commands/sign-in/switch.ts')).switchCommand
  },
  {
    name: 'sign-out',
    aliases: ['signout', 'logout', 'auth signout', 'auth logout'],
    topic: 'Sign in and out',
    summary: 'revoke a sign-in at its provider and delete it here',
    forms: ['sign-out [--forget] [--json FIELDS] SERVICE [ACCOUNT]'],
    positionals: { least: 1, most: 2, names: ['SERVICE', 'ACCOUNT'] },
    options: [
      { name: 'forget', text: 'only delete it here; the provider is not asked' },
      json(['removed', 'revoked', 'isNoted'])
    ],
    about: [
      'Revokes the sign-in at its provider, deletes it here, and says which of the two happened. ACCOUNT is optional where the service has one. “latchkey sign-outs” and “latchkey doctor” list a sign-out that the provider did not confirm.'
    ],
    exitCodes: '0 done, 1 deleted here but not revoked there, 4 there is no such entry',
    opensNothing: true,
    load: async () => (await import('../commands/sign-outs/sign-out.ts')).signOutCommand
  },
  {
    name: 'sign-outs',
    topic: 'Sign in and out',
    summary: 'list the sign-outs that a provider did not confirm',
    forms: ['sign-outs [--json FIELDS]', 'sign-outs --done [--json FIELDS] NUMBER…'],
    positionals: { least: 0, most: Infinity, names: ['NUMBER'] },
    options: [
      {
        name: 'done',
        text: 'take these off the list: the access has ended, or you want no more reminders'
      },
      json(['id', 'name', 'account', 'host', 'page', 'at'], 'the list, or what was taken off it, as JSON')
    ],
    about: [
      'Lists the sign-outs that a provider did not confirm, each with its number and, if known, the provider’s page. The access may go on there.'
    ],
    exitCodes:
      '0 nothing is listed, or the numbers were taken off, 1 something is listed, 64 a number is not listed',
    load: async () => (await import('../commands/sign-outs/sign-outs.ts')).signOutsCommand
  },
  {
    name: 'refresh',
    topic: 'Sign in and out',
    summary: 'refresh the tokens of a sign-in now',
    forms: ['refresh SERVICE [--account ACCOUNT] [--json FIELDS]', 'refresh --all [--json FIELDS]'],
    positionals: { least: 0, most: 1, names: ['SERVICE'] },
    options: [
      account,
      { name: 'all', text: 'those of every sign-in that can be refreshed' },
      json([...credentialFields, 'refreshed', 'failed'], 'the entry, or the counts of --all, as JSON')
    ],
    about: [
      'Gets new tokens from the provider. Latchkey does that automatically before they expire, so this is for a token that a service refuses.'
    ],
    exitCodes: '0 refreshed, 1 some of --all failed, 4 a sign-in is needed, 69 not reachable, 75 locked',
    opensNothing: true,
    load: async () => (await import('../commands/renew/refresh.ts')).refreshCommand
  },
  {
    name: 'rotate',
    topic: 'Sign in and out',
    summary: 'exchange an API key for a new one',
    forms: [
      'rotate SERVICE [--account ACCOUNT] [--expires DAY] [--untested] [--json FIELDS]',
      'rotate SERVICE [--account ACCOUNT] --undo | --finish'
    ],
    positionals: { least: 1, most: 1, names: ['SERVICE'] },
    options: [
      account,
      { name: 'expires', value: 'DAY', text: 'when the new key ends, such as 2027-01-31; else never' },
      { name: 'untested', text: 'use it also where no request is known that would tell' },
      { name: 'undo', text: 'use the former key again, or forget a new one that is not in use' },
      { name: 'finish', text: 'forget the former key now' },
      json(['inUse', 'works', 'undoUntil'], 'what came of it as JSON')
    ],
    about: [
      'Create a new key at the service first. This asks for it (on a terminal, or a line of standard input), stores it next to the one in use, tests it and switches. The former key is kept for a day. Then delete it at the service.'
    ],
    exitCodes: '0 done, 1 the new key does not work, or could not be tested and is not in use, 75 locked',
    load: async () => (await import('../commands/renew/rotate.ts')).rotateCommand
  }
]
