import type { DoctorCommandPorts } from './commands/upkeep/doctor.ts'
import type { ExportCommandPorts } from './commands/transfer/export.ts'
import type { ImportCommandPorts } from './commands/transfer/import.ts'
import type { MoveCommandPorts } from './commands/stores/move.ts'
import type { SignOutCommandPorts } from './commands/sign-outs/sign-out.ts'
import type { SignOutsCommandPorts } from './commands/sign-outs/sign-outs.ts'
import type { StoreCommandPorts } from './commands/stores/store.ts'
import type { RequestCommandPorts } from './commands/use/request.ts'
import type { RelayCommandPorts } from './commands/use/relay.ts'
import type { RunCommandPorts } from './commands/use/run.ts'
import type { ToolCommandPorts } from './commands/use/tool.ts'
import type { ServeCommandPorts } from './commands/use/serve.ts'
import type { ApprovalsCommandPorts } from './commands/programs/approvals.ts'
import type { AuditCommandPorts } from './commands/programs/audit.ts'
import type { ExplainCommandPorts } from './commands/programs/explain.ts'
import type { PolicyCommandPorts } from './commands/programs/policy.ts'
import type { PairCommandPorts } from './commands/programs/pair.ts'
import type { ProposeCommandPorts } from './commands/programs/propose.ts'
import type { CompletionCommandPorts } from './commands/upkeep/completion.ts'
import type { CommandRow, OptionRow } from './terminal/command.ts'

/** Everything that the commands need of the composition root. */
export type CommandPorts = CompletionCommandPorts &
  DoctorCommandPorts &
  ExplainCommandPorts &
  ExportCommandPorts &
  ImportCommandPorts &
  ApprovalsCommandPorts &
  AuditCommandPorts &
  MoveCommandPorts &
  PairCommandPorts &
  PolicyCommandPorts &
  ProposeCommandPorts &
  RelayCommandPorts &
  RequestCommandPorts &
  RunCommandPorts &
  ToolCommandPorts &
  ServeCommandPorts &
  SignOutCommandPorts &
  SignOutsCommandPorts &
  StoreCommandPorts

const json = (text = 'the same as JSON'): OptionRow => ({ name: 'json', text })

const handOutOptions: readonly OptionRow[] = [
  { name: 'account', value: 'ACCOUNT', text: 'which account, if the service has several' },
  { name: 'host', value: 'HOST', text: 'which host of the service; the first one if it is left out' },
  { name: 'scope', value: 'SCOPE', text: 'the sign-in has to have this scope' },
  { name: 'reason', value: 'TEXT', text: 'why, for the person who is asked' },
  { name: 'no-prompt', text: 'never ask: end with 77 if an approval is needed' }
]

/**
 * Every command, in the order of the help. Help, completion and the reader of arguments are made from this
 * table. The code of a command is loaded when the command runs.
 */
export const commandTable: readonly CommandRow<CommandPorts>[] = [
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
    load: async () => (await import('./commands/use/request.ts')).requestCommand
  },
  {
    name: 'run',
    topic: 'Use without seeing',
    summary: 'run a program that uses credentials without holding them',
    forms: [
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
      'With --reveal the program gets the value itself. It is masked in output that goes to a file or a pipe.'
    ],
    exitCodes: 'that of the program, 4 a sign-in is needed, 77 not allowed, 127 not started',
    opensNothing: true,
    load: async () => (await import('./commands/use/run.ts')).runCommand
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
    load: async () => (await import('./commands/use/relay.ts')).relayCommand
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
    load: async () => (await import('./commands/use/tool.ts')).toolCommand
  },
  {
    name: 'approvals',
    topic: 'Use without seeing',
    summary: 'answer what programs ask for, list and revoke what you allowed',
    forms: ['approvals', 'approvals --list [--json]', 'approvals --revoke | --accept | --dismiss ID'],
    options: [
      { name: 'list', text: 'list the questions and proposals that wait, and what is allowed' },
      { name: 'revoke', value: 'ID', text: 'end an approval, and what runs with it' },
      { name: 'accept', value: 'ID', text: 'accept a proposal; that of a rule becomes an approval' },
      { name: 'dismiss', value: 'ID', text: 'take a proposal off the list' },
      json('the list as JSON')
    ],
    about: [
      'Asks you the questions of programs that wait for an answer, one after the other, then what they propose.'
    ],
    exitCodes: '0 done, 1 listed and something waits, or no such proposal, 77 there is no terminal to ask at',
    opensNothing: true,
    load: async () => (await import('./commands/programs/approvals.ts')).approvalsCommand
  },
  {
    name: 'propose',
    topic: 'Use without seeing',
    summary: 'propose a service, a scope or a rule to the person',
    forms: [
      'propose service SERVICE [--reason TEXT] [--json]',
      'propose scope SERVICE SCOPE [--account ACCOUNT] [--reason TEXT] [--json]',
      'propose rule SERVICE “METHOD PATH” [--account ACCOUNT] [--scope SCOPE] [--reason TEXT]'
    ],
    positionals: {
      least: 2,
      most: 3,
      names: ['KIND', 'SERVICE', 'WHAT'],
      values: ['service', 'scope', 'rule']
    },
    options: [
      { name: 'account', value: 'ACCOUNT', text: 'which account, if the service has several' },
      { name: 'scope', value: 'SCOPE', text: 'of a rule: for requests that name this scope' },
      { name: 'reason', value: 'TEXT', text: 'why, for the person who decides' },
      json('what became of it as JSON')
    ],
    about: [
      'Asks the person to add a credential, to allow a sign-in one more scope, or to allow requests for always. A rule is written as in policy.yaml: “GET,HEAD /repos/**”. Nothing is allowed until the person accepts it, in Latchkey’s window or with “latchkey approvals”; it waits for a day. Prints its ID.'
    ],
    exitCodes: '0 accepted already, 75 it waits, 77 too many wait or the person dismissed it',
    opensNothing: true,
    load: async () => (await import('./commands/programs/propose.ts')).proposeCommand
  },
  {
    name: 'pair',
    topic: 'Use without seeing',
    summary: 'give a program a name, a key and limits of its own',
    forms: ['pair NAME --key-file FILE', 'pair --list [--json]', 'pair --remove NAME'],
    positionals: { least: 0, most: 1, names: ['NAME'] },
    options: [
      { name: 'key-file', value: 'FILE', text: 'where the program’s key is written, for its owner alone' },
      { name: 'list', text: 'list the paired programs' },
      { name: 'remove', text: 'end the access of the program and everything it was allowed' },
      json('the list as JSON')
    ],
    about: [
      'A paired program asks under its own name, has budgets and rules of its own in policy.yaml, and can be switched off.',
      'Pairing is no wall against a program of the same user outside a sandbox: such a program can read the key file and ask under that name. It separates programs that play by the rules.'
    ],
    exitCodes: '0 done',
    opensNothing: true,
    load: async () => (await import('./commands/programs/pair.ts')).pairCommand
  },
  {
    name: 'policy',
    topic: 'Use without seeing',
    summary: 'check your rules, and try others on what was asked so far',
    forms: ['policy [--dry-run FILE] [--limit NUMBER] [--json]'],
    options: [
      { name: 'dry-run', value: 'FILE', text: 'check this file in place of policy.yaml; nothing is changed' },
      {
        name: 'limit',
        value: 'NUMBER',
        text: 'how many of the newest rows of the log; 1000 if it is left out'
      },
      json()
    ],
    about: [
      'Says what is wrong with policy.yaml, and which requests of programs it would decide otherwise than they were decided.'
    ],
    exitCodes: '0 valid, 1 valid with names that match nothing',
    opensNothing: true,
    load: async () => (await import('./commands/programs/policy.ts')).policyCommand
  },
  {
    name: 'audit',
    topic: 'Use without seeing',
    summary: 'show what programs did, and check that no row was changed',
    forms: [
      'audit [list] [--limit NUMBER] [--json]',
      'audit verify [--anchor LINE|FILE] [--json]',
      'audit accept [--json]'
    ],
    positionals: { least: 0, most: 1, names: ['WHAT'], values: ['list', 'verify', 'accept'] },
    options: [
      { name: 'limit', value: 'NUMBER', text: 'how many rows, the newest first; 50 if it is left out' },
      { name: 'anchor', value: 'LINE', text: 'the line that an earlier verify printed, or a file with it' },
      json()
    ],
    about: [
      'Every use of a credential is written down before it happens, and how it ended after it. No secret, query or body is written.',
      'verify follows the chain of rows. Keep the line that it prints somewhere else: with it a later verify sees whether rows were cut off or all written anew.',
      'accept lets a log go on that lost rows: a row says so, and verify shows it.'
    ],
    exitCodes: '0 listed, or verified to the anchor, 1 there is no anchor, 2 rows were changed',
    opensNothing: true,
    load: async () => (await import('./commands/programs/audit.ts')).auditCommand
  },
  {
    name: 'explain',
    topic: 'Use without seeing',
    summary: 'say why a use was refused, or how it ended',
    forms: ['explain [NUMBER] [--json]'],
    positionals: { least: 0, most: 1, names: ['NUMBER'] },
    options: [json('the row and that of its end as JSON')],
    about: [
      'Says of one row of the log what was asked, how it ended, why, and which process asked. “latchkey audit” shows the numbers. Without NUMBER it explains the newest refusal.'
    ],
    exitCodes: '0 explained, 1 there is no such row',
    opensNothing: true,
    load: async () => (await import('./commands/programs/explain.ts')).explainCommand
  },
  {
    name: 'serve',
    topic: 'Use without seeing',
    summary: 'run the vault without a window',
    forms: ['serve'],
    options: [],
    about: [
      'Opens the vault for other programs until no program has used it for a while. Commands start it by themselves, so it is seldom typed; the app has the same socket while it runs.'
    ],
    exitCodes: '0 ended, or another process has the vault open',
    load: async () => (await import('./commands/use/serve.ts')).serveCommand
  },
  {
    name: 'import',
    topic: 'Keeping',
    summary: 'import keys and sign-ins from a file or a pipe',
    forms: ['import FILE|- [--replace] [--allow-host HOST]... [--dry-run] [--remove-plaintext] [--json]'],
    positionals: { least: 1, most: 1, names: ['FILE'] },
    options: [
      { name: 'replace', text: 'replace stored values that differ' },
      {
        name: 'allow-host',
        value: 'HOST',
        many: true,
        text: 'allow keys to be sent to HOST, although only FILE names it for them'
      },
      { name: 'dry-run', text: 'show what would be imported and change nothing' },
      {
        name: 'remove-plaintext',
        text: 'remove the secrets from FILE after all of them are stored and read back; a disk may keep the old blocks, so replace secrets that others could have read'
      },
      json('the preview and the report as JSON')
    ],
    about: [
      'Imports FILE, or a pipe (-): an export of Latchkey, .env, JSON, or a file of gh, llxprt, kstlib or an MCP host. Asks for the passphrase of a locked store, and for the passphrase or the recovery key of an export (on a terminal, or one line of standard input each). Shows values masked.'
    ],
    exitCodes:
      '0 everything is stored, 1 something that may be a secret was left out, 2 something failed, 75 locked',
    load: async () => (await import('./commands/transfer/import.ts')).importCommand
  },
  {
    name: 'export',
    topic: 'Keeping',
    summary: 'write every credential into a sealed file',
    forms: ['export FILE'],
    positionals: { least: 1, most: 1, names: ['FILE'] },
    options: [],
    about: [
      'Writes every credential into FILE, sealed with a passphrase. Asks for the passphrase of a locked store, then for that of FILE (on a terminal, or one line of standard input each). “age -d FILE” opens it too.'
    ],
    exitCodes: '0 every credential is in the file, 1 some could not be read and were left out, 75 locked',
    load: async () => (await import('./commands/transfer/export.ts')).exportCommand
  },
  {
    name: 'sign-out',
    topic: 'Keeping',
    summary: 'revoke a sign-in at its provider and delete it here',
    forms: ['sign-out [--forget] [--json] SERVICE ACCOUNT'],
    positionals: { least: 2, most: 2, names: ['SERVICE', 'ACCOUNT'] },
    options: [{ name: 'forget', text: 'only delete it here; the provider is not asked' }, json()],
    about: [
      'Revokes the sign-in at its provider, deletes it here, and says which of the two happened. “latchkey sign-outs” and “latchkey doctor” list a sign-out that the provider did not confirm.'
    ],
    exitCodes: '0 done, 1 deleted here but not revoked there, 4 there is no such entry',
    opensNothing: true,
    load: async () => (await import('./commands/sign-outs/sign-out.ts')).signOutCommand
  },
  {
    name: 'sign-outs',
    topic: 'Keeping',
    summary: 'list the sign-outs that a provider did not confirm',
    forms: ['sign-outs [--json]', 'sign-outs --done [--json] NUMBER…'],
    positionals: { least: 0, most: Infinity, names: ['NUMBER'] },
    options: [
      {
        name: 'done',
        text: 'take these off the list: the access has ended, or you want no more reminders'
      },
      json('the same as JSON; with --done, what was taken off')
    ],
    about: [
      'Lists the sign-outs that a provider did not confirm, each with its number and, if known, the provider’s page. The access may go on there.'
    ],
    exitCodes:
      '0 nothing is listed, or the numbers were taken off, 1 something is listed, 64 a number is not listed',
    load: async () => (await import('./commands/sign-outs/sign-outs.ts')).signOutsCommand
  },
  {
    name: 'store',
    topic: 'Keeping',
    summary: 'say where secrets are kept and why',
    forms: ['store [--json]'],
    options: [json()],
    about: ['Says where secrets are kept and why.'],
    exitCodes:
      '0 it can be used, 1 it is locked, weaker than usual, or a move waits, 2 nothing can be stored',
    load: async () => (await import('./commands/stores/store.ts')).storeCommand
  },
  {
    name: 'move',
    topic: 'Keeping',
    summary: 'move every entry to another store',
    forms: [
      'move --to keychain | --to encrypted-file | --to sops --age-key-file FILE',
      'move --resume | --undo'
    ],
    options: [
      {
        name: 'to',
        value: 'STORE',
        values: ['keychain', 'encrypted-file', 'sops'],
        text: 'the new store; encrypted-file asks for a passphrase of 12 characters or more'
      },
      { name: 'age-key-file', value: 'FILE', text: 'the age identity that opens SOPS files' },
      { name: 'resume', text: 'continue an interrupted move' },
      { name: 'undo', text: 'undo a move that has not switched yet' }
    ],
    about: [
      'Moves every entry to another store: copies, reads back, switches, then removes from the old one. From then on the configuration file of the home names the new store. Ctrl-C ends the command, and the vault goes on moving. Asks for passphrases (on a terminal, or one line of standard input each).'
    ],
    exitCodes: '0 everything is moved, or taken back, 75 locked',
    load: async () => (await import('./commands/stores/move.ts')).moveCommand
  },
  {
    name: 'doctor',
    topic: 'Upkeep',
    summary: 'look for problems and repair them',
    forms: ['doctor [--json] [--fix] [--entries]'],
    options: [
      json('the report as JSON'),
      {
        name: 'fix',
        text: 'make files private, remove half-written files, settle interrupted operations; never deletes a credential'
      },
      { name: 'entries', text: 'also open every stored entry (the keychain may ask you)' }
    ],
    about: ['Looks at the keychain, the files and the settings of Latchkey, and says what to do.'],
    exitCodes: '0 all passed, 1 warnings, 2 failures',
    load: async () => (await import('./commands/upkeep/doctor.ts')).doctorCommand
  },
  {
    name: 'completion',
    topic: 'Upkeep',
    summary: 'print a script that completes commands in a shell',
    forms: ['completion bash|zsh|fish'],
    positionals: { least: 1, most: 1, names: ['SHELL'], values: ['bash', 'zsh', 'fish'] },
    options: [],
    about: [
      'Prints a script for the shell that completes commands and options.',
      'For one session: source <(latchkey completion bash)',
      'For every session, write it where the shell looks: ~/.local/share/bash-completion/completions/latchkey for bash, a file _latchkey in a folder of $fpath for zsh, ~/.config/fish/completions/latchkey.fish.'
    ],
    exitCodes: '0 printed',
    opensNothing: true,
    load: async () => (await import('./commands/upkeep/completion.ts')).completionCommand
  }
]
