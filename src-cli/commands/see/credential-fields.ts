import type { CredentialView } from '#shared/broker/credential-views.ts'
import { statusTable } from '#shared/status.ts'

/** The fields of an entry in JSON, as documented. */
export const credentialFields: readonly string[] = [
  'id service account name kind status problem needsAttention expiry expiresAt renewable',
  'scopes missingScopes extraScopes allowedTo issuer clientId resource allowedHosts masked store',
  'obtainedAt refreshedAt nextRefreshAt lastUsedAt useBefore signInBefore rotation'
].flatMap((names) => names.split(' '))

/**
 * An entry as JSON for scripts: flat, with every field each time. `status` is the kind of its state, `problem` the code
 * of the reason or null, `expiresAt` null for `never` and `unknown`. Times are ISO 8601 in UTC.
 */
export function credentialJson(view: CredentialView): Readonly<Record<string, unknown>> {
  const { status, expiry, backend, rotation, resource } = view
  const all: Readonly<Record<string, unknown>> = {
    ...view,
    status: status.kind,
    problem: 'code' in status ? status.code : null,
    needsAttention: statusTable[status.kind].needsAttention,
    expiry: expiry.kind,
    expiresAt: expiry.kind === 'at' ? expiry.at : null,
    resource: resource ?? null,
    store: backend,
    rotation: rotation?.kind ?? null
  }
  return Object.fromEntries(credentialFields.map((field) => [field, all[field]]))
}
