import type { NamedPorts } from '../commands/keys/named.ts'
import type { CommandRow, OptionRow } from '../terminal/command.ts'
import { json } from './options.ts'

export type KeyCommandPorts = NamedPorts

const fields = ['name', 'kind', 'masked', 'hosts', 'path', 'savedAt']
const yes: OptionRow = { name: 'yes', text: 'do not ask at the terminal before a secret is lost' }
const unsafeArgv: OptionRow = { name: 'unsafe-argv', text: 'take the value from the arguments, and warn' }
const exitCodes = '0 done, 4 there is no such name, 75 locked, 77 not allowed'

/** The commands that keep keys under names. */
export const keyCommands: readonly CommandRow<KeyCommandPorts>[] = [
  {
    name: 'key',
    topic: 'Keys',
    summary: 'keep keys under your own names, and get them back',
    forms: [
      'key [list] [--json FIELDS] | key show NAME [--json FIELDS]',
      'key save NAME [VALUE --unsafe-argv] [--host HOST]... [--yes]',
      'key load [NAME] [--key VALUE] [--key-name NAME] [--profile FILE] [--keyfile FILE] [--set SETTING]... [--base-url URL] [--no-prompt]',
      'key delete NAME [--yes] [--json FIELDS]'
    ],
    positionals: {
      least: 0,
      most: 3,
      names: ['WHAT', 'NAME', 'VALUE'],
      values: ['list', 'save', 'load', 'show', 'delete']
    },
    options: [
      json(fields, 'as JSON'),
      { name: 'host', value: 'HOST', many: true, text: 'where “latchkey request” may send the key' },
      yes,
      unsafeArgv,
      { name: 'no-prompt', text: 'never ask: end with 77 if an approval is needed' },
      { name: 'key', value: 'VALUE', text: 'of load, what counts first: this value; then' },
      { name: 'key-name', value: 'NAME', text: 'the key of this name; or' },
      { name: 'profile', value: 'FILE', text: 'the auth-key-name of this profile; then' },
      { name: 'keyfile', value: 'FILE', text: 'the first line of FILE; then' },
      { name: 'set', value: 'SETTING', many: true, text: 'auth-key-name=NAME or auth-keyfile=FILE; then' },
      { name: 'base-url', value: 'URL', text: 'the only key for this host' }
    ],
    about: ['load prints the value once you allow it; show masks it.'],
    exitCodes: '0 done, 4 there is no such name, 75 locked or not answered yet, 77 not allowed',
    opensNothing: true,
    load: async () => (await import('../commands/keys/key.ts')).keyCommand
  },
  {
    name: 'tool-key',
    topic: 'Keys',
    summary: 'keep the keys of tools such as Brave, Exa and Tavily',
    forms: [
      'tool-key [list] [--json FIELDS] | tool-key show TOOL [--json FIELDS]',
      'tool-key set TOOL [VALUE --unsafe-argv] [--yes] [--json FIELDS]',
      'tool-key set TOOL --keyfile FILE | --take FILE [--yes]',
      'tool-key delete TOOL [--yes] [--json FIELDS]'
    ],
    positionals: {
      least: 0,
      most: 3,
      names: ['WHAT', 'TOOL', 'VALUE'],
      values: ['list', 'show', 'set', 'delete']
    },
    options: [
      json(fields, 'as JSON'),
      { name: 'keyfile', value: 'FILE', text: 'read the key from FILE at each use; nothing is stored' },
      { name: 'take', value: 'FILE', text: 'import: store the key that stands in the first line of FILE' },
      yes,
      unsafeArgv
    ],
    about: [
      'Asks for the key, or reads a line of standard input; shows it masked. A stored key comes before a key file. delete also forgets the path of the key file, and leaves the file.'
    ],
    exitCodes,
    opensNothing: true,
    load: async () => (await import('../commands/keys/tool-key.ts')).toolKeyCommand
  },
  {
    name: 'mcp-token',
    topic: 'Keys',
    summary: 'keep the tokens that MCP hosts have got themselves',
    forms: [
      'mcp-token [list] [--json FIELDS] | mcp-token show SERVER [--json FIELDS]',
      'mcp-token set SERVER [--yes] [--json FIELDS]',
      'mcp-token import FILE [--yes]',
      'mcp-token delete SERVER [--yes] [--json FIELDS]'
    ],
    positionals: {
      least: 0,
      most: 3,
      names: ['WHAT', 'SERVER', 'VALUE'],
      values: ['list', 'show', 'set', 'import', 'delete']
    },
    options: [json(fields, 'as JSON'), yes],
    about: [
      'set reads the tokens of one server as its host writes them: JSON with token.accessToken and more, on standard input. import reads the files of MCP hosts, as “latchkey import” does; with --yes it replaces what differs.'
    ],
    exitCodes,
    opensNothing: true,
    load: async () => (await import('../commands/keys/mcp-token.ts')).mcpTokenCommand
  },
  {
    name: 'extension',
    topic: 'Keys',
    summary: 'keep the secret settings of an extension',
    forms: [
      'extension list EXTENSION [--folder DIR] [--json FIELDS]',
      'extension show EXTENSION NAME [--folder DIR] [--json FIELDS]',
      'extension set EXTENSION NAME [VALUE --unsafe-argv] [--folder DIR] [--yes]',
      'extension set EXTENSION NAME --take [--folder DIR] [--yes]',
      'extension delete EXTENSION NAME [--folder DIR] [--yes]'
    ],
    positionals: {
      least: 2,
      most: 4,
      names: ['WHAT', 'EXTENSION', 'NAME', 'VALUE'],
      values: ['list', 'show', 'set', 'delete']
    },
    options: [
      json(fields, 'as JSON'),
      { name: 'folder', value: 'DIR', text: 'folder of the extension, with its .env; default: this one' },
      { name: 'take', text: 'import: take the setting out of .env into the store' },
      yes,
      unsafeArgv
    ],
    about: [
      'A setting is in one place: secrets in the store, the rest in the .env of the extension. Asks for the secret, or reads a line of standard input; shows it masked.'
    ],
    exitCodes,
    opensNothing: true,
    load: async () => (await import('../commands/keys/extension.ts')).extensionCommand
  }
]
