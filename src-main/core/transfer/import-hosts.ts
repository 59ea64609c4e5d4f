import type { Credential } from '../credential-record.ts'
import type { VaultError } from '#shared/problem.ts'

export type ImportHosts = {
  /** Where the key may be sent without a further question. */
  readonly allowed: readonly string[]
  /** Hosts that only the file names: each needs the person's own tick. */
  readonly more: readonly string[]
}

/**
 * Where an imported key may be sent. The hosts of the service and of a stored entry are allowed; a host that only the
 * file names needs a tick, because its author would get later keys of that name too. `known`: the hosts of the service's
 * row; null: this computer has no row of the service. With neither a row nor a stored entry the hosts of the file hold.
 */
export function importHosts(
  credential: Credential,
  stored: Stored,
  known: readonly string[] | null
): ImportHosts | null {
  if (credential.kind !== 'api-key') return null
  const wanted = [...new Set(credential.allowedHosts)]
  const held = stored.kind === 'held' && stored.credential.kind === 'api-key' ? stored.credential : null
  const settled = known === null && held === null ? wanted : [...(known ?? []), ...(held?.allowedHosts ?? [])]
  return {
    allowed: wanted.filter((host) => settled.includes(host)),
    more: wanted.filter((host) => !settled.includes(host))
  }
}

/** The credential as it is stored: sent to what is allowed and to what was ticked. */
export function withHosts(
  credential: Credential,
  hosts: ImportHosts | null,
  ticked: readonly string[]
): Credential {
  if (credential.kind !== 'api-key' || hosts === null) return credential
  return {
    ...credential,
    allowedHosts: [...hosts.allowed, ...hosts.more.filter((host) => ticked.includes(host))]
  }
}

/** What is stored where an entry would go. `unreadable`: something that can't be read. */
export type Stored =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly problem: VaultError }
  | { readonly kind: 'held'; readonly credential: Credential }
