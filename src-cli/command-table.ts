import type { DoctorCommandPorts } from './commands/upkeep/doctor.ts'
import type { ExportCommandPorts } from './commands/transfer/export.ts'
import type { ImportCommandPorts } from './commands/transfer/import.ts'
import type { MoveCommandPorts } from './commands/stores/move.ts'
import type { SignOutCommandPorts } from './commands/sign-outs/sign-out.ts'
import type { SignOutsCommandPorts } from './commands/sign-outs/sign-outs.ts'
import type { StoreCommandPorts } from './commands/stores/store.ts'
import type { CompletionCommandPorts } from './commands/upkeep/completion.ts'
import type { CommandRow, OptionRow } from './terminal/command.ts'

/** Everything that the commands need of the composition root. */
export type CommandPorts = CompletionCommandPorts &
  DoctorCommandPorts &
  ExportCommandPorts &
  ImportCommandPorts &
  MoveCommandPorts &
  SignOutCommandPorts &
  SignOutsCommandPorts &
  StoreCommandPorts

const json = (text = 'the same as JSON'): OptionRow => ({ name: 'json', text })

/**
 * Every command, in the order of the help. Help, completion and the reader of arguments are made from this
 * table. The code of a command is loaded when the command runs.
 */
export const commandTable: readonly CommandRow<CommandPorts>[] = [
  {
    name: 'import',
    topic: 'Taking in and giving away',
    summary: 'import keys and sign-ins from a file or a pipe',
    forms: ['import FILE|- [--replace] [--allow-host HOST]... [--dry-run] [--remove-plaintext] [--json]'],
    positionals: { least: 1, most: 1, names: ['FILE'] },
    options: [
      { name: 'replace', text: 'also where another value is stored' },
      {
        name: 'allow-host',
        value: 'HOST',
        many: true,
        text: 'lets keys be sent to HOST too, where only FILE names it for them'
      },
      { name: 'dry-run', text: 'show what would be imported and change nothing' },
      {
        name: 'remove-plaintext',
        text: 'take the secrets out of FILE once all of them are stored and were read back; a disk may keep the old blocks, so exchange secrets that others could have read'
      },
      json('the preview and the report as JSON')
    ],
    about: [
      'Imports from FILE, or from a pipe (-), what Latchkey exported, .env, JSON, and the files of gh, llxprt, kstlib and MCP hosts. The passphrase of a store that is locked and that of an export, or its recovery key, are asked for (on a terminal, or one line of standard input each). Values are shown masked.'
    ],
    exitCodes: '0 everything is stored, 1 something that may be a secret was left out, 2 something failed',
    load: async () => (await import('./commands/transfer/import.ts')).importCommand
  },
  {
    name: 'export',
    topic: 'Taking in and giving away',
    summary: 'write every credential into a sealed file',
    forms: ['export FILE'],
    positionals: { least: 1, most: 1, names: ['FILE'] },
    options: [],
    about: [
      'Writes every credential into FILE, sealed with a passphrase that is asked for, as is that of a store that is locked (on a terminal, or one line of standard input each). “age -d FILE” opens it too.'
    ],
    exitCodes: '0 all are in the file, 1 some could not be read and are not',
    load: async () => (await import('./commands/transfer/export.ts')).exportCommand
  },
  {
    name: 'sign-out',
    topic: 'Ending access',
    summary: 'revoke a sign-in at its provider and delete it here',
    forms: ['sign-out [--forget] [--json] SERVICE ACCOUNT'],
    positionals: { least: 2, most: 2, names: ['SERVICE', 'ACCOUNT'] },
    options: [{ name: 'forget', text: 'only delete it here; the provider is not asked' }, json()],
    about: [
      'Revokes the sign-in at its provider, deletes it here, and says which of the two happened. What the provider did not confirm is listed by “latchkey sign-outs” and “latchkey doctor”.'
    ],
    exitCodes: '0 done, 1 deleted here but not revoked there',
    load: async () => (await import('./commands/sign-outs/sign-out.ts')).signOutCommand
  },
  {
    name: 'sign-outs',
    topic: 'Ending access',
    summary: 'list the sign-outs that a provider did not confirm',
    forms: ['sign-outs [--json]', 'sign-outs --done [--json] NUMBER…'],
    positionals: { least: 0, most: Infinity, names: ['NUMBER'] },
    options: [
      {
        name: 'done',
        text: 'the access is ended, or you do not want to hear of it: take these off the list'
      },
      json('the same as JSON; with --done, what was taken off')
    ],
    about: [
      'Lists the sign-outs that a provider did not confirm, so that the access may go on there, each with its number and the provider’s page where one is known.'
    ],
    exitCodes: '0 nothing is listed, or it was taken off, 1 something is listed',
    load: async () => (await import('./commands/sign-outs/sign-outs.ts')).signOutsCommand
  },
  {
    name: 'store',
    topic: 'Where secrets are kept',
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
    topic: 'Where secrets are kept',
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
      { name: 'resume', text: 'goes on with a move that was interrupted' },
      { name: 'undo', text: 'takes back a move that has not switched' }
    ],
    about: [
      'Moves every entry to another store: copies, reads back, switches, then removes from the old one. The new store stands in the configuration file of the home from then on. Passphrases are asked for (on a terminal, or one line of standard input each).'
    ],
    exitCodes: '0 everything is moved, or taken back',
    load: async () => (await import('./commands/stores/move.ts')).moveCommand
  },
  {
    name: 'doctor',
    topic: 'Upkeep',
    summary: 'look for what is wrong, and repair it',
    forms: ['doctor [--json] [--fix] [--entries]'],
    options: [
      json('the report as JSON'),
      {
        name: 'fix',
        text: 'close files to others, remove half-written files, settle interrupted operations; never deletes a credential'
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
    summary: 'print what completes commands in a shell',
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
