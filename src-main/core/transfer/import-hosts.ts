import type { Credential } from '../credential-record.ts'
import type { VaultError } from '#shared/problem.ts'

export type ImportHosts = {
  /** Hosts that the key may be sent to without a further question. */
  readonly allowed: readonly string[]
  /** Hosts that only the file names: each needs the person's own tick. */
  readonly more: readonly string[]
}

/**
 * Returns the hosts that an imported key may be sent to. The hosts of the service and of a stored entry are
 * allowed; a host that only the file names needs a tick, because the file's author would also get later keys
 * of that name. `known`: the hosts of the service's row; null: this computer has no row of the service. With
 * neither a row nor a stored entry, all hosts of the file are allowed.
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

/** Returns the credential to save, with the allowed and the ticked hosts. */
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

/** The stored state at the place of an entry. `unreadable`: the stored value can't be read. */
export type Stored =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly problem: VaultError }
  | { readonly kind: 'held'; readonly credential: Credential }
