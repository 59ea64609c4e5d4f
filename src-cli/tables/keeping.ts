import type { ExportCommandPorts } from '../commands/transfer/export.ts'
import type { ImportCommandPorts } from '../commands/transfer/import.ts'
import type { MoveCommandPorts } from '../commands/stores/move.ts'
import type { LockCommandPorts } from '../commands/stores/lock.ts'
import type { UnlockCommandPorts } from '../commands/stores/unlock.ts'
import type { StoreCommandPorts } from '../commands/stores/store.ts'
import type { CommandRow } from '../terminal/command.ts'
import { json } from './options.ts'

export type KeepingCommandPorts = ExportCommandPorts &
  ImportCommandPorts &
  MoveCommandPorts &
  LockCommandPorts &
  UnlockCommandPorts &
  StoreCommandPorts

/** The commands that bring credentials in and out, and say where they are kept. */
export const keepingCommands: readonly CommandRow<KeepingCommandPorts>[] = [
  {
    name: 'import',
    topic: 'Keeping',
    summary: 'import keys and sign-ins from a file or a pipe',
    forms: [
      'import FILE|- [--replace] [--allow-host HOST]... [--dry-run] [--remove-plaintext] [--json FIELDS]'
    ],
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
      json(['preview', 'report'], 'the preview and the report as JSON')
    ],
    about: [
      'Imports FILE, or a pipe (-): an export of Latchkey, .env, JSON, or a file of gh, llxprt, kstlib or an MCP host. Asks for the passphrase of a locked store, and for the passphrase or the recovery key of an export (on a terminal, or one line of standard input each). Shows values masked.'
    ],
    exitCodes:
      '0 everything is stored, 1 something that may be a secret was skipped, 2 something failed, 75 locked',
    load: async () => (await import('../commands/transfer/import.ts')).importCommand
  },
  {
    name: 'export',
    topic: 'Keeping',
    summary: 'write every credential into a sealed file',
    forms: ['export FILE [--json FIELDS]'],
    positionals: { least: 1, most: 1, names: ['FILE'] },
    options: [json(['path', 'exported', 'missing'], 'the report as JSON')],
    about: [
      'Writes every credential into FILE, sealed with a passphrase. Asks for the passphrase of a locked store, then for the one of FILE (on a terminal, or one line of standard input each). While the app is open, it asks you first. “age -d FILE” opens it too.'
    ],
    exitCodes:
      '0 every credential is in the file, 1 some could not be read and were skipped, 75 locked, 77 not allowed',
    load: async () => (await import('../commands/transfer/export.ts')).exportCommand
  },
  {
    name: 'store',
    topic: 'Keeping',
    summary: 'say where secrets are kept and why',
    forms: ['store [--json FIELDS]'],
    options: [json(['current', 'chosenBy', 'entries', 'health', 'move'])],
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
      'move --resume | --undo',
      'move … [--json FIELDS]'
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
      { name: 'undo', text: 'undo a move that has not switched yet' },
      json(['moved', 'to'], 'how many were moved and where to, as JSON')
    ],
    about: [
      'Moves every entry to another store: copies, reads back, switches, then removes from the old one. From then on the configuration file of the home names the new store. While the app is open, it asks you first. Ctrl-C ends the command, and the vault goes on moving. Asks for passphrases (on a terminal, or one line of standard input each).'
    ],
    exitCodes: '0 everything is moved, or taken back, 75 locked, 77 not allowed',
    load: async () => (await import('../commands/stores/move.ts')).moveCommand
  },
  {
    name: 'lock',
    topic: 'Keeping',
    summary: 'lock Latchkey, and end what was allowed until then',
    forms: ['lock [--json FIELDS]'],
    options: [json(['isLocked'])],
    about: [
      'Ends every approval that held until a lock, and what runs with one. A store with a passphrase forgets its key. Any other, such as the keychain, is locked while the app is open: its window opens it again, and requests wait for that.'
    ],
    exitCodes: '0 it is locked, 1 it stays open: no passphrase, and no window',
    opensNothing: true,
    load: async () => (await import('../commands/stores/lock.ts')).lockCommand
  },
  {
    name: 'unlock',
    topic: 'Keeping',
    summary: 'unlock a store with its passphrase',
    forms: ['unlock [--json FIELDS]'],
    options: [json(['wasLocked'])],
    about: [
      'Asks for the passphrase of the store in use, at a terminal alone. It is then unlocked for every program that may use it, until it is locked or the vault ends. Without a passphrase only the window unlocks.'
    ],
    exitCodes: '0 it is open, 64 the window unlocks it, 75 wrong passphrase, or there is no terminal',
    load: async () => (await import('../commands/stores/unlock.ts')).unlockCommand
  }
]
