import type { DoctorRow } from '#shared/doctor.ts'
import { type BackendId, credentialKey } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { toProblem } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { CatalogView, DoctorPorts, KeychainRoundTrip } from './doctor-ports.ts'
import { counted, failed, named, passed, skipped, warned } from './doctor-rows.ts'

export function keychainRow(trip: KeychainRoundTrip): DoctorRow {
  switch (trip.kind) {
    case 'ok':
      return passed('keychain', `write, read, delete in ${trip.ms} ms`)
    case 'not-used':
      return skipped('keychain', 'The settings turn the keychain off.')
    case 'absent':
      return failed(
        'keychain',
        'There is no keychain module on this computer.',
        'Install Latchkey again, or allow encrypted files in Settings.'
      )
    case 'failed':
      return failed('keychain', `${trip.problem.message} (${trip.problem.code})`, remedyOf(trip.problem.code))
  }
}

function remedyOf(code: string): string {
  switch (code) {
    case 'KEYCHAIN_LOCKED':
      return 'Unlock the keychain, then check again.'
    case 'KEYCHAIN_DENIED':
      return 'Allow Latchkey in the keychain’s own app, then check again.'
    case 'KEYCHAIN_TIMEOUT':
      return 'Look for an unlock prompt behind other windows, then check again.'
    default:
      return 'Start the keychain (GNOME Keyring, KWallet, KeePassXC), or allow encrypted files in Settings.'
  }
}

export function backendRow({ backend, label, state, problem }: StorageHealth): DoctorRow {
  if (backend === null) {
    return failed('backend', 'Nothing can be stored now.', problem?.message ?? 'Choose a store in Settings.')
  }
  if (state === 'healthy') return passed('backend', `${label}: in use`)
  const reason = problem === null ? 'chosen by the settings' : `the keychain failed (${problem.code})`
  return warned('backend', `${label}: ${reason}`, 'Use the keychain if there is one.')
}

/** Names the entries that are in encrypted files although the keychain is the first choice. */
export function fallbackRow(view: CatalogView | null, storeInUse: BackendId): DoctorRow {
  if (storeInUse !== 'keychain') return passed('fallback', 'not used')
  const inFiles = (view?.entries ?? []).filter(({ backend }) => backend === 'encrypted-file')
  if (inFiles.length === 0) return passed('fallback', 'not used')
  return warned(
    'fallback',
    `${counted(inFiles.length, 'entry is', 'entries are')} in encrypted files: ${names(inFiles)}`,
    'When the keychain works, refresh the sign-in or save the key again; it then moves there.'
  )
}

export function catalogRow(view: CatalogView | null): DoctorRow {
  if (view === null) return skipped('catalog', 'Nothing has been stored yet.')
  const broken = view.entries.filter(({ health }) => health.kind === 'unreadable')
  if (broken.length === 0) return passed('catalog', counted(view.entries.length, 'entry', 'entries'))
  const areTwice = broken.every(({ health }) => 'code' in health && health.code === 'KEYCHAIN_DUPLICATE')
  return failed(
    'catalog',
    `${counted(broken.length, 'entry', 'entries')} can’t be read: ${names(broken)}`,
    areTwice
      ? ONE_TOO_MANY
      : 'Nothing was deleted. Sign in again or save the key again; that replaces the entry.'
  )
}

const ONE_TOO_MANY =
  'In the keychain’s own app, remove the entry that another program added, also in a locked collection; Latchkey’s begins with “keyring:”.'

/** Opens each entry, stops when the keychain refuses, and changes nothing. */
export async function entriesRow(
  view: CatalogView | null,
  readEntry: DoctorPorts['catalog']['readEntry']
): Promise<DoctorRow> {
  const absent: CatalogEntry[] = []
  const unreadable: CatalogEntry[] = []
  const older: CatalogEntry[] = []
  const twice: CatalogEntry[] = []
  for (const entry of view?.entries ?? []) {
    try {
      const found = await readEntry(entry, view?.savedAt(credentialKey(entry.ref)) ?? null)
      if (found === 'absent') absent.push(entry)
      if (found === 'unreadable') unreadable.push(entry)
      if (found === 'older') older.push(entry)
      if (found === 'duplicate') twice.push(entry)
    } catch (error) {
      const { message, code } = toProblem(error)
      return skipped('entries', `Stopped at the first refusal: ${message} (${code})`, remedyOf(code))
    }
  }
  const total = view?.entries.length ?? 0
  const facts = [
    absent.length > 0 ? `without a secret: ${names(absent)}` : null,
    unreadable.length > 0 ? `can’t be opened: ${names(unreadable)}` : null,
    older.length > 0 ? `older than what was stored last: ${names(older)}` : null,
    twice.length > 0 ? `twice in the keychain: ${names(twice)}` : null
  ].filter((fact) => fact !== null)
  if (facts.length === 0) return passed('entries', `${total} of ${total}`)
  const broken = absent.length + unreadable.length + older.length
  const good = total - broken - twice.length
  const remedies = [
    broken > 0 ? 'Nothing was deleted. Sign in again or save the key again; that replaces the entry.' : null,
    twice.length > 0 ? ONE_TOO_MANY : null
  ]
  return failed(
    'entries',
    `${good} of ${total}; ${facts.join('; ')}`,
    remedies.filter((remedy) => remedy !== null).join(' ')
  )
}

/** Names how many credentials the list has lost and the store still has. Null: the store did not answer. */
export function unlistedRow(count: number | null, canTakeBack: boolean): DoctorRow {
  if (count === null) return skipped('unlisted', 'Not checked, because the store does not answer.')
  if (count === 0) return passed('unlisted', 'none')
  const fact = `${counted(count, 'credential is', 'credentials are')} in the store and not in the list`
  const remedy = canTakeBack
    ? 'Fix lists what can be read.'
    : 'Open Latchkey: its Doctor can list them again.'
  return warned('unlisted', fact, remedy, canTakeBack)
}

export function intentsRow(view: CatalogView | null): DoctorRow {
  const open = view?.intents ?? 0
  if (open === 0) return passed('intents', 'none')
  return warned(
    'intents',
    `${counted(open, 'operation')} not finished`,
    'Fix finishes or undoes it. Latchkey also does so at its next start.',
    true
  )
}

/** An unconfirmed sign-out is for the person to end: Latchkey no longer has the tokens for it. */
export function signOutsRow(view: CatalogView | null): DoctorRow {
  const all = view?.signOuts ?? []
  if (all.length === 0) return passed('sign-outs', 'all confirmed')
  const words = all.map(({ name, account, at }) => `${name}, ${account} (${at.toISOString().slice(0, 10)})`)
  return warned(
    'sign-outs',
    `${counted(all.length, 'sign-out')} not confirmed by the provider: ${named(words)}`,
    'End the access on the provider’s own page, then mark it as done in the window’s Doctor or with “latchkey sign-outs”.'
  )
}

const TOLERANCE_MS = 5 * 60_000
const MINUTE = 60_000

/** Warns that the clock is behind if a stored time, or the last run, is in its future. */
export function clockRow(now: Date, view: CatalogView | null, lastRun: Date | null): DoctorRow {
  const known = (view?.entries ?? []).flatMap(instants)
  const newest = known.reduce((one, other) => Math.max(one, other), lastRun?.getTime() ?? 0)
  const ahead = newest - now.getTime()
  if (ahead <= TOLERANCE_MS) return passed('clock', 'correct')
  return warned(
    'clock',
    `it moved back by ${counted(Math.round(ahead / MINUTE), 'minute')} since the last change`,
    'Set the time of this computer, or have it set from the network.'
  )
}

function instants({ issuedAt, obtainedAt, refreshedAt, lastUsedAt }: CatalogEntry): number[] {
  return [issuedAt, obtainedAt, refreshedAt, lastUsedAt].flatMap((at) => at?.getTime() ?? [])
}

function names(entries: readonly CatalogEntry[]): string {
  return named(entries.map(({ name, ref }) => `${name} (${ref.account})`))
}
