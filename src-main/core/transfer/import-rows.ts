import type { CredentialRef } from '#shared/credential.ts'
import { isEntryProblem, toProblem, VaultError } from '#shared/problem.ts'
import type { ImportReport } from '#shared/transfer.ts'
import type { Credential } from '../credential-record.ts'
import { importHosts, withHosts, type Stored } from './import-hosts.ts'
import { planRow } from './import-plan.ts'
import type { CredentialRepository } from '../ports.ts'
import type { FoundEntry } from './transfer-ports.ts'

export type RowPorts = {
  readonly repository: Pick<CredentialRepository, 'save' | 'load' | 'find'>
  /** As it really is, with a renewed token that could not be stored yet; null: none. */
  readonly current: (ref: CredentialRef) => Promise<Credential | null>
  /** Nothing else happens to the credential meanwhile. What it throws leaves everything as it was. */
  readonly exclusively: <T>(ref: CredentialRef, task: () => Promise<T>) => Promise<T>
  /** The hosts that the row of a service allows; null: this computer has no row of it. */
  readonly hostsOf: (service: string) => readonly string[] | null
  /** Every field, not the secrets alone. */
  readonly isEqual: (one: Credential, other: Credential) => boolean
}

export type Outcome = ImportReport['rows'][number]

const REFUSED = 'This row can not be imported.'
const TAKEN = 'Another value is stored there, and it was not to be replaced.'

/** What is stored where a row would go. Throws KEYCHAIN_*. */
export async function storedAt({ ref, credential }: FoundEntry, ports: RowPorts): Promise<Stored> {
  if (credential === null || ports.repository.find(ref) === null) return { kind: 'nothing' }
  try {
    const held = await ports.current(ref)
    return held === null ? { kind: 'nothing' } : { kind: 'held', credential: held }
  } catch (error) {
    if (isEntryProblem(error)) return { kind: 'unreadable', problem: error }
    throw error
  }
}

type RowOrder = {
  readonly replace: boolean
  /** Of the hosts that only the file names, those that the person ticked for this row. */
  readonly hosts: readonly string[]
}

/** Stores one row and reads it back. Never throws: what went wrong is in the outcome, and nothing is changed then. */
export async function storeRow(
  entry: FoundEntry | undefined,
  { replace, hosts }: RowOrder,
  ports: RowPorts
): Promise<Omit<Outcome, 'index'>> {
  if (entry === undefined || entry.credential === null) return { result: 'failed', note: REFUSED }
  const { ref, credential: found } = entry
  const place = { index: 0, isFirst: true, known: ports.hostsOf(ref.service) }
  try {
    // Looked at before the turn is taken: a turn that ends well forgets a renewed token that is not stored yet.
    const before = planRow(entry, await storedAt(entry, ports), place)
    if (before.state === 'same') return { result: 'unchanged', note: null }
    await ports.exclusively(ref, async () => {
      const stored = await storedAt(entry, ports)
      const { state, note } = planRow(entry, stored, place)
      if (state === 'refused') throw new VaultError('INVALID_REQUEST', { message: note ?? REFUSED })
      if (state !== 'new' && !replace) throw new VaultError('INVALID_REQUEST', { message: TAKEN })
      const credential = withHosts(found, importHosts(found, stored, place.known), hosts)
      await ports.repository.save(credential)
      const held = await ports.repository.load(ref)
      if (held === null || !ports.isEqual(held, credential)) throw new VaultError('STORE_WRITE_FAILED')
    })
    return { result: 'imported', note: null }
  } catch (error) {
    return { result: 'failed', note: toProblem(error).message }
  }
}
