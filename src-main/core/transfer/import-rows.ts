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
  /** Returns the newest credential, also with a refreshed token that could not be saved yet. Null: none. */
  readonly current: (ref: CredentialRef) => Promise<Credential | null>
  /** Runs `task` while no other task touches the credential. If it throws, everything stays as it was. */
  readonly exclusively: <T>(ref: CredentialRef, task: () => Promise<T>) => Promise<T>
  /** Returns the hosts that the row of a service allows. Null: this computer has no row of it. */
  readonly hostsOf: (service: string) => readonly string[] | null
  /** Compares every field, not only the secrets. */
  readonly isEqual: (one: Credential, other: Credential) => boolean
}

export type Outcome = ImportReport['rows'][number]

const REFUSED = 'This row can not be imported.'
const TAKEN = 'Another value is stored there. It was kept.'

/** Returns the stored state at the place of a row. Throws KEYCHAIN_*. */
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
  /** Hosts that only the file names and that the person ticked for this row. */
  readonly hosts: readonly string[]
}

/** Saves one row and reads it back. Never throws: an error is in the outcome, and nothing is changed then. */
export async function storeRow(
  entry: FoundEntry | undefined,
  { replace, hosts }: RowOrder,
  ports: RowPorts
): Promise<Omit<Outcome, 'index'>> {
  if (entry === undefined || entry.credential === null) return { result: 'failed', note: REFUSED }
  const { ref, credential: found } = entry
  const place = { index: 0, isFirst: true, known: ports.hostsOf(ref.service) }
  try {
    // The stored state is read before the turn: a turn that succeeds forgets a refreshed token that is not
    // saved yet.
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
