import type { CredentialSummary } from '#shared/credential.ts'

/** Entries that were removed together and can still be put back. */
export type Removal = {
  /** Counts up in this window. */
  readonly number: number
  readonly credentials: readonly CredentialSummary[]
  /** When the time to undo is up, in milliseconds since 1970. */
  readonly until: number
}

/** The removal of each removed entry. An entry that was put back or saved again meanwhile is another object. */
export function removalsByEntry(removals: readonly Removal[]): ReadonlyMap<CredentialSummary, Removal> {
  return new Map(
    removals.flatMap((removal) => removal.credentials.map((credential) => [credential, removal] as const))
  )
}

/** The entries of the vault and those that are just removed, each once. */
export function withRemoved(
  credentials: ReadonlyMap<string, CredentialSummary>,
  removals: readonly Removal[]
): Iterable<CredentialSummary> {
  const removed = removals.flatMap((removal) => removal.credentials)
  const gone = removed.filter(({ id }) => !credentials.has(id))
  return gone.length === 0 ? credentials.values() : [...credentials.values(), ...gone]
}
