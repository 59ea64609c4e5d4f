import type { ExportCommandPorts } from '../commands/transfer/export.ts'
import type { ImportCommandPorts } from '../commands/transfer/import.ts'
import type { MoveCommandPorts } from '../commands/stores/move.ts'
import type { SignOutCommandPorts } from '../commands/sign-outs/sign-out.ts'
import type { SignOutsCommandPorts } from '../commands/sign-outs/sign-outs.ts'
import type { StoreCommandPorts } from '../commands/stores/store.ts'
import type { CommandRow } from '../terminal/command.ts'
import { json } from './options.ts'

export type KeepingCommandPorts = ExportCommandPorts &
  ImportCommandPorts &
  MoveCommandPorts &
  SignOutCommandPorts &
  SignOutsCommandPorts &
  StoreCommandPorts

/** The commands that bring credentials in and out, and say where they are kept. */
export const keepingCommands: readonly CommandRow<KeepingCommandPorts>[] = [
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
    load: async () => (await import('../commands/transfer/import.ts')).importCommand
  },
  {
    name: 'export',
    topic: 'Keeping',
    summary: 'write every credential into a sealed file',
    forms: ['export FILE'],
    positionals: { least: 1, most: 1, names: ['FILE'] },
    options: [],
    about: [
      'Writes every credential into FILE, sealed with a passphrase. Asks for the passphrase of a locked store, then for that of FILE (on a terminal, or one line of standard input each). While the app is open, it asks you first. “age -d FILE” opens it too.'
    ],
    exitCodes:
      '0 every credential is in the file, 1 some could not be read and were left out, 75 locked, 77 not allowed',
    load: async () => (await import('../commands/transfer/export.ts')).exportCommand
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
    load: async () => (await import('../commands/sign-outs/sign-out.ts')).signOutCommand
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
    load: async () => (await import('../commands/sign-outs/sign-outs.ts')).signOutsCommand
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
    load: async () => (await import('../commands/stores/store.ts')).storeCommand
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
      'Moves every entry to another store: copies, reads back, switches, then removes from the old one. From then on the configuration file of the home names the new store. While the app is open, it asks you first. Ctrl-C ends the command, and the vault goes on moving. Asks for passphrases (on a terminal, or one line of standard input each).'
    ],
    exitCodes: '0 everything is moved, or taken back, 75 locked, 77 not allowed',
    load: async () => (await import('../commands/stores/move.ts')).moveCommand
  }
]
