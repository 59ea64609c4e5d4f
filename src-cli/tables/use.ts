import type { RequestCommandPorts } from '../commands/use/request.ts'
import type { RelayCommandPorts } from '../commands/use/relay.ts'
import type { RunCommandPorts } from '../commands/use/run.ts'
import type { TokenCommandPorts } from '../commands/use/token.ts'
import type { ToolCommandPorts } from '../commands/use/tool.ts'
import type { CommandRow } from '../terminal/command.ts'
import { account, handOutOptions, json } from './options.ts'

export type UseCommandPorts = RequestCommandPorts &
  RelayCommandPorts &
  RunCommandPorts &
  ToolCommandPorts &
  TokenCommandPorts

/** The commands that send requests with a credential, or give it out. */
export const useCommands: readonly CommandRow<UseCommandPorts>[] = [
  {
    name: 'request',
    topic: 'Use without seeing',
    summary: 'send a request with a credential that stays in the vault',
    forms: [
      'request SERVICE URL [--account ACCOUNT] [--method METHOD] [--header “NAME: VALUE”]... [--data TEXT | --data-file FILE|-] [--scope SCOPE] [--reason TEXT] [--no-prompt] [--include | --json FIELDS]'
    ],
    positionals: { least: 2, most: 2, names: ['SERVICE', 'URL'] },
    options: [
      { name: 'account', value: 'ACCOUNT', text: 'which account, if the service has several' },
      { name: 'method', value: 'METHOD', text: 'default: GET, or POST with a body' },
      {
        name: 'header',
        value: 'NAME: VALUE',
        many: true,
        text: 'a header; Latchkey adds the credential’s own'
      },
      { name: 'data', value: 'TEXT', text: 'the body' },
      { name: 'data-file', value: 'FILE', text: 'the body from a file; - is standard input' },
      { name: 'scope', value: 'SCOPE', text: 'the sign-in has to have this scope' },
      { name: 'reason', value: 'TEXT', text: 'why, for the person who is asked' },
      { name: 'include', text: 'also print the status and the headers' },
      json(['status', 'statusText', 'headers', 'body', 'encoding'], 'as JSON'),
      { name: 'no-prompt', text: 'never ask: end with 77 if an approval is needed' }
    ],
    about: [
      'Sends one HTTPS request to a host of the service, with its credential, and prints the body of the answer without it. Follows no redirect. Until you allow it, you are asked in Latchkey’s window, or here if none is open.'
    ],
    exitCodes:
      '0 answered, 1 answered with a status of 400 or more, 4 a sign-in is needed, 69 not reachable, 75 locked or not answered yet, 77 not allowed, 130 interrupted',
    opensNothing: true,
    load: async () => (await import('../commands/use/request.ts')).requestCommand
  },
  {
    name: 'run',
    topic: 'Use without seeing',
    summary: 'run a program that uses credentials without holding them',
    forms: [
      'run [--use SERVICE]... [--reveal NAME=SERVICE]... [--account ACCOUNT] [--host HOST] [--scope SCOPE] [--reason TEXT] [--no-prompt] -- PROGRAM [ARGUMENT]...'
    ],
    positionals: { least: 1, most: Infinity, names: ['PROGRAM', 'ARGUMENT'] },
    options: [
      {
        name: 'use',
        value: 'SERVICE',
        many: true,
        text: 'lead the programs of this service through Latchkey'
      },
      {
        name: 'reveal',
        value: 'NAME=SERVICE',
        many: true,
        text: 'put the real value into the variable NAME: all your processes can read it there'
      },
      ...handOutOptions
    ],
    about: [
      'With --use the program gets the address of a relay and a dummy key in the variables that its libraries read. The relay adds the credential and ends with the program.',
      'The program and all that it starts are a run: their requests can be allowed “for this run”, which ends with the program.',
      'With --reveal it gets the value itself, masked in output to a file or a pipe.'
    ],
    exitCodes:
      'the program’s, 4 a sign-in is needed, 75 locked or not answered yet, 77 not allowed, 127 not started',
    opensNothing: true,
    load: async () => (await import('../commands/use/run.ts')).runCommand
  },
  {
    name: 'relay',
    topic: 'Use without seeing',
    summary: 'open a base URL for a program that takes one',
    forms: [
      'relay SERVICE [--account ACCOUNT] [--host HOST] [--scope SCOPE] [--reason TEXT]',
      'relay SERVICE [--no-prompt] [--json FIELDS]'
    ],
    positionals: { least: 1, most: 1, names: ['SERVICE'] },
    options: [
      ...handOutOptions,
      json(['kind', 'url', 'host', 'variables'], 'the address, its host and the variables as JSON')
    ],
    about: [
      'Prints an address on this computer and keeps it open. Requests to it go to the host of the service with its credential. A program that knows the address can use it while it is open, and can’t read the credential.'
    ],
    exitCodes: '0 closed, 4 a sign-in is needed, 75 locked or not answered yet, 77 not allowed',
    opensNothing: true,
    load: async () => (await import('../commands/use/relay.ts')).relayCommand
  },
  {
    name: 'tool',
    topic: 'Use without seeing',
    summary: 'run a tool that a manifest describes',
    forms: [
      'tool MANIFEST|FOLDER TOOL_ID [--param NAME=VALUE]... [--reason TEXT] [--no-prompt] [--json FIELDS]'
    ],
    positionals: { least: 2, most: 2, names: ['MANIFEST', 'TOOL_ID'] },
    options: [
      { name: 'param', value: 'NAME=VALUE', many: true, text: 'a parameter; NAME:=JSON for what is no text' },
      { name: 'reason', value: 'TEXT', text: 'why, for the person who is asked' },
      { name: 'no-prompt', text: 'never ask: end with 77 if an approval is needed' },
      json(
        ['success', 'status', 'headers', 'body', 'error', 'metadata'],
        'of the result, which is JSON anyway'
      )
    ],
    about: [
      'Sends the one request that the manifest (YAML or JSON) describes and prints the result as JSON, without a token anywhere. A tool without a required scope is public: no credential is touched for it.'
    ],
    exitCodes:
      '0 the tool succeeded, 1 it did not, 4 a sign-in is needed, 75 locked or not answered yet, 77 not allowed',
    opensNothing: true,
    load: async () => (await import('../commands/use/tool.ts')).toolCommand
  },
  {
    name: 'token',
    topic: 'Use without seeing',
    summary: 'print the value of a credential, for what can’t do without',
    forms: [
      'token SERVICE [--account ACCOUNT] [--scope SCOPE] [--header] [--reason TEXT] [--no-prompt] [--json FIELDS]'
    ],
    positionals: { least: 1, most: 1, names: ['SERVICE'] },
    options: [
      account,
      { name: 'scope', value: 'SCOPE', text: 'the sign-in has to have this scope' },
      { name: 'header', text: 'the whole line of a request, such as “Authorization: Bearer …”' },
      { name: 'reason', value: 'TEXT', text: 'why, for the person who is asked' },
      { name: 'no-prompt', text: 'never ask: end with 77 if an approval is needed' },
      json(['value', 'header'], 'both as JSON')
    ],
    about: [
      'Prints the real value, refreshed if that is due. It needs an approval of its own, once or for ten minutes, and stands in the log. Whoever has the value can use it without Latchkey: “latchkey request”, relay and run --use do the same without giving it away.'
    ],
    exitCodes: '0 printed, 4 a sign-in is needed, 75 locked or not answered yet, 77 not allowed',
    opensNothing: true,
    load: async () => (await import('../commands/use/token.ts')).tokenCommand
  }
]
