import type { DoctorCheckId, DoctorRow } from '#shared/doctor.ts'
import { cleanText } from '#shared/shown-text.ts'

const why: Readonly<Record<DoctorCheckId, string>> = {
  keychain: 'A keychain that only seems to work fails when a token is stored.',
  backend: 'It decides who else on this computer can open your secrets.',
  fallback: 'The key of encrypted files is next to them: anyone who can read your files can open them.',
  home: 'Another owner of the folder could replace its files.',
  modes: 'Others on this computer must not read the catalog, the sealed files or their key.',
  leftovers: 'A killed process left them. They are not needed.',
  catalog: 'The catalog is the list you see; an entry that is marked can’t be used.',
  entries: 'A listed entry without a readable secret can’t be used. This check deletes nothing.',
  strays: 'They hold sealed values that no entry of the list points to.',
  unlisted: 'They are stored but can’t be used until the list contains them.',
  intents: 'A process ended while it saved or removed an entry.',
  'sign-outs': 'Until the provider ends the access, every copy of the token still works.',
  clock: 'A wrong clock makes expiry times wrong.',
  loopback: 'The browser returns from a sign-in to a port on 127.0.0.1.',
  providers: 'If one row has a fault, no row of that file is used.',
  tools: 'A tool whose setup was changed asks for passwords again, or tells them to another helper.',
  'aws-pairs': 'All your programs can read them, and AWS uses them before it asks Latchkey.',
  hosts:
    'A host that can’t start Latchkey sends nothing, and all your programs can read a token in its file.',
  policy: 'If the rules can’t be read, every use by a program is refused.',
  'sops-config': 'It says for which keys the files are encrypted.',
  'age-key': 'Without the age key, stored entries can’t be opened.',
  'age-recipients': 'Files are encrypted for these public keys only.',
  'old-llxprt': 'Latchkey does not read them and does not refresh their tokens.',
  'old-kstlib': 'Latchkey does not read them; a .token.json file holds its tokens in plain text.',
  'old-kiwi': 'Latchkey does not read them and does not refresh their tokens.',
  version: 'It belongs in every problem report.'
}

export function passed(id: DoctorCheckId, fact: string): DoctorRow {
  return row(id, 'ok', fact, null)
}

export function skipped(id: DoctorCheckId, fact: string, remedy: string | null = null): DoctorRow {
  return row(id, 'skipped', fact, remedy)
}

export function warned(id: DoctorCheckId, fact: string, remedy: string, fixable = false): DoctorRow {
  return { ...row(id, 'warning', fact, remedy), fixable }
}

export function failed(id: DoctorCheckId, fact: string, remedy: string, fixable = false): DoctorRow {
  return { ...row(id, 'failure', fact, remedy), fixable }
}

function row(id: DoctorCheckId, state: DoctorRow['state'], fact: string, remedy: string | null): DoctorRow {
  return { id, state, fact: cut(fact, LONGEST_FACT), why: why[id], remedy, fixable: false, files: [] }
}

/** Longest texts that the report accepts. */
const LONGEST_FACT = 600
const LONGEST_PATH = 600

/**
 * Returns the row with the files that an import can read. A path that is too long for the report is left out.
 */
export function withFiles(found: DoctorRow, paths: readonly string[]): DoctorRow {
  return { ...found, files: paths.filter((path) => path.startsWith('~') && path.length <= LONGEST_PATH) }
}

/** "1 file", "3 files". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

const SHOWN = 3
const LONGEST = 80

/** Returns the first few names and the number of further ones. */
export function named(names: readonly string[]): string {
  const first = names.slice(0, SHOWN).map(shortened).join(', ')
  return names.length > SHOWN ? `${first} and ${names.length - SHOWN} more` : first
}

/** Returns a name without control characters and not too long: it may come from a broken disk or catalog. */
function shortened(name: string): string {
  return cut(cleanText(name, '?'), LONGEST)
}

/** Cuts to at most `most` UTF-16 units, without splitting a character. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
