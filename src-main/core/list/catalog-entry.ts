import type { BackendId } from '#shared/credential.ts'
import type { CatalogEntry, Credential } from '../credential-record.ts'
import { keptDetails } from '../kept-secret.ts'
import { mask } from '../secret.ts'
import { healthOnceStored } from '../tokens/lacking-scopes.ts'

/**
 * Returns the non-secret side of a credential that `backend` holds; a former entry adds what the record does
 * not know.
 */
export function toCatalogEntry(
  credential: Credential,
  backend: BackendId,
  former: CatalogEntry | null
): CatalogEntry {
  const { ref, kind, obtainedAt } = credential
  const common = {
    ref,
    kind,
    obtainedAt,
    backend,
    lastUsedAt: former?.lastUsedAt ?? null,
    health: healthOnceStored(credential, former)
  } as const
  if (credential.kind !== 'oauth') return { ...common, ...keptDetails(credential) }
  const { provider, client, tokens, scopesRequested, scopesGranted, refreshedAt } = credential
  return {
    ...common,
    name: provider.name,
    provider,
    clientId: client.id,
    scopesRequested,
    scopesGranted,
    allowedHosts: [],
    expiry: tokens.expiry,
    issuedAt: tokens.issuedAt,
    renewable: tokens.refreshToken !== null,
    ...(tokens.refreshEnd && { refreshEnd: tokens.refreshEnd }),
    masked: mask(tokens.accessToken),
    refreshedAt,
    rotation: null
  }
}

/** Returns an entry that exists but can't be read; nothing else is known about it. */
export function unreadableEntry(
  ref: CatalogEntry['ref'],
  kind: CatalogEntry['kind'],
  at: Date
): CatalogEntry {
  return {
    ref,
    kind,
    name: ref.service,
    provider: null,
    clientId: null,
    scopesRequested: [],
    scopesGranted: [],
    allowedHosts: [],
    expiry: { kind: 'unknown' },
    issuedAt: at,
    renewable: false,
    masked: '••••••••',
    backend: 'keychain',
    obtainedAt: at,
    refreshedAt: null,
    lastUsedAt: null,
    health: { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' },
    rotation: null
  }
}
