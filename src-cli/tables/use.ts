import type { RequestCommandPorts } from '../commands/use/request.ts'
import type { RelayCommandPorts } from '../commands/use/relay.ts'
import type { RunCommandPorts } from '../commands/use/run.ts'
import type { ToolCommandPorts } from '../commands/use/tool.ts'
import type { CommandRow } from '../terminal/command.ts'
import { handOutOptions, json } from './options.ts'

export type UseCommandPorts = RequestCommandPorts & RelayCommandPorts & RunCommandPorts & ToolCommandPorts

/** The commands that send requests with a credential, or give it out. */
export const useCommands: readonly CommandRow<UseCommandPorts>[] = [
  {
    name: 'request',
    topic: 'Use without seeing',
    summary: 'send a request with a credential that stays in the vault',
    forms: [
      'request SERVICE URL [--account ACCOUNT] [--method METHOD] [--header “NAME: VALUE”]...',
      'request SERVICE URL --data TEXT | --data-file FILE|-',
      'request SERVICE URL [--scope SCOPE] [--reason TEXT] [--no-prompt] [--include]'
    ],
    positionals: { least: 2, most: 2, names: ['SERVICE', 'URL'] },
    options: [
      { name: 'account', value: 'ACCOUNT', text: 'which account, if the service has several' },
      { name: 'method', value: 'METHOD', text: 'GET, or POST with a body, if it is left out' },
      {
        name: 'header',
        value: 'NAME: VALUE',
        many: true,
        text: 'a header; Latchkey adds that of the credential'
      },
      { name: 'data', value: 'TEXT', text: 'the body' },
      { name: 'data-file', value: 'FILE', text: 'the body from a file; - is standard input' },
      { name: 'scope', value: 'SCOPE', text: 'the sign-in has to have this scope' },
      { name: 'reason', value: 'TEXT', text: 'why, for the person who is asked' },
      { name: 'include', text: 'also print the status and the headers' },
      { name: 'no-prompt', text: 'never ask: end with 77 if an approval is needed' }
    ],
    about: [
      'Sends one request over HTTPS. Latchkey adds the credential, sends it only to the hosts of its service, and removes it from the answer. Redirects are not followed.',
      'The body of the answer goes to standard output. Where no approval covers the request, you are asked in Latchkey’s window, or at this terminal if no window is open.'
    ],
    exitCodes:
      '0 answered, 1 answered with a status of 400 or more, 4 a sign-in is needed, 69 not reachable, 75 locked, 77 not allowed, 130 interrupted',
    opensNothing: true,
    load: async () => (await import('../commands/use/request.ts')).requestCommand
  },
  {
    name: 'run',
    topic: 'Use without seeing',
    summary: 'run a program that uses credentials without holding them',
    forms: [
      'run -- PROGRAM [ARGUMENT]...',
      'run --use SERVICE... [--account ACCOUNT] [--host HOST] -- PROGRAM [ARGUMENT]...',
      'run --reveal NAME=SERVICE... -- PROGRAM [ARGUMENT]...',
      'run ... [--scope SCOPE] [--reason TEXT] [--no-prompt]'
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
        text: 'put the real value into the variable NAME: the program, all that it starts and every process of yours can read it'
      },
      ...handOutOptions
    ],
    about: [
      'With --use the program gets the address of a relay and a dummy key in the variables that its libraries read. The relay adds the credential, keeps to its hosts and rules, and ends with the program.',
      'The program and all that it starts are a run: their requests can be allowed “for this run”, which ends with the program.',
      'With --reveal the program gets the value itself. It is masked in output that goes to a file or a pipe.'
    ],
    exitCodes: 'that of the program, 4 a sign-in is needed, 77 not allowed, 127 not started',
    opensNothing: true,
    load: async () => (await import('../commands/use/run.ts')).runCommand
  },
  {
    name: 'relay',
    topic: 'Use without seeing',
    summary: 'open a base URL for a program that takes one',
    forms: [
      'relay SERVICE [--account ACCOUNT] [--host HOST] [--scope SCOPE] [--reason TEXT]',
      'relay SERVICE [--no-prompt] [--json]'
    ],
    positionals: { least: 1, most: 1, names: ['SERVICE'] },
    options: [...handOutOptions, json('the address, its host and the variables as JSON')],
    about: [
      'Prints an address on this computer and keeps it open. Requests to it go to the host of the service with its credential. A program that knows the address can use it while it is open, and can not read the credential.'
    ],
    exitCodes: '0 closed, 4 a sign-in is needed, 77 not allowed',
    opensNothing: true,
    load: async () => (await import('../commands/use/relay.ts')).relayCommand
  },
  {
    name: 'tool',
    topic: 'Use without seeing',
    summary: 'run a tool that a manifest describes',
    forms: ['tool MANIFEST|FOLDER TOOL_ID [--param NAME=VALUE]... [--reason TEXT] [--no-prompt]'],
    positionals: { least: 2, most: 2, names: ['MANIFEST', 'TOOL_ID'] },
    options: [
      { name: 'param', value: 'NAME=VALUE', many: true, text: 'a parameter; NAME:=JSON for what is no text' },
      { name: 'reason', value: 'TEXT', text: 'why, for the person who is asked' },
      { name: 'no-prompt', text: 'never ask: end with 77 if an approval is needed' }
    ],
    about: [
      'Sends the one request that the manifest (YAML or JSON) describes and prints the result as JSON, without a token anywhere. A tool without a required scope is public: no credential is touched for it.'
    ],
    exitCodes: '0 the tool succeeded, 1 it did not, 4 a sign-in is needed, 75 locked, 77 not allowed',
    opensNothing: true,
    load: async () => (await import('../commands/use/tool.ts')).toolCommand
  }
]
