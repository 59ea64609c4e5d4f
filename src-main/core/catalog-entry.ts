import type { BackendId } from '#shared/credential.ts'
import type {
  CatalogEntry,
  Credential,
  ApiKey,
  ExchangeState,
  KeptSecret,
  Lifetime,
  McpToken,
  CredentialHealth
} from './credential-record.ts'
import { mask, type Secret } from './secret.ts'

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

type Details = Omit<CatalogEntry, 'ref' | 'kind' | 'backend' | 'obtainedAt' | 'lastUsedAt' | 'health'>

/** Returns the secret that is masked in the list and handed out for use. */
export function secretOf(kept: KeptSecret): Secret {
  switch (kept.kind) {
    case 'api-key':
      return kept.key
    case 'aws':
      return kept.secretKey
    case 'mcp':
      return kept.accessToken
    case 'extension':
      return kept.value
  }
}

/** Returns the catalog fields of a secret that Latchkey keeps and does not refresh. */
export function keptDetails(kept: KeptSecret): Details {
  const details: Details = {
    name: kept.name,
    provider: null,
    clientId: null,
    scopesRequested: [],
    scopesGranted: [],
    allowedHosts: [],
    expiry: { kind: 'never' },
    issuedAt: kept.obtainedAt,
    renewable: false,
    masked: mask(secretOf(kept)),
    refreshedAt: null,
    rotation: null
  }
  if (kept.kind === 'api-key') {
    const { allowedHosts, expiry, scopes = [] } = kept
    return { ...details, allowedHosts, expiry, scopesGranted: scopes, rotation: exchangeState(kept) }
  }
  if (kept.kind === 'aws') return { ...details, clientId: kept.accessKeyId, expiry: kept.expiry }
  return kept.kind === 'mcp' ? { ...details, ...mcpDetails(kept) } : details
}

function exchangeState({ rotation }: ApiKey): ExchangeState | null {
  if (rotation === null) return null
  const { kind, since } = rotation
  return kind === 'prepared'
    ? { kind, since, masked: mask(rotation.next) }
    : { kind, since, undoUntil: rotation.undoUntil }
}

function mcpDetails(token: McpToken): Partial<Details> {
  return {
    clientId: token.clientId,
    scopesRequested: token.scopes,
    scopesGranted: token.scopes,
    expiry: endOf(token),
    issuedAt: token.updatedAt,
    refreshedAt: token.updatedAt > token.obtainedAt ? token.updatedAt : null
  }
}

/** Returns the expiry; unknown with a refresh token, because the MCP host goes on refreshing. */
function endOf({ expiry, refreshToken }: McpToken): Lifetime {
  return refreshToken === null ? expiry : { kind: 'unknown' }
}

const OK: CredentialHealth = { kind: 'ok' }

/** Returns the scopes that a server wants beyond the granted ones. Empty: none known. */
export function lackingScopes({ health, scopesGranted }: CatalogEntry): readonly string[] {
  return lacksIn(health).filter((scope) => !scopesGranted.includes(scope))
}

/**
 * Returns the health of a credential that was just saved. A refresh brings no scopes, so the lacking ones
 * stay; a new sign-in clears them, because the person has decided.
 */
function healthOnceStored(credential: Credential, former: CatalogEntry | null): CredentialHealth {
  const isRenewal = former?.obtainedAt.getTime() === credential.obtainedAt.getTime()
  return isRenewal ? withLacks(OK, former?.health) : OK
}

/**
 * Returns `health` with the lacking scopes of `former`; they stay the same whether refreshes work or fail.
 */
export function withLacks(health: CredentialHealth, former: CredentialHealth | undefined): CredentialHealth {
  const lacks = former === undefined ? [] : lacksIn(former)
  return lacks.length > 0 && health.kind !== 'unreadable' ? { ...health, lacks } : health
}

function lacksIn(health: CredentialHealth): readonly string[] {
  return health.kind === 'unreadable' ? [] : (health.lacks ?? [])
}

/** Returns the health after a test at a server. Null: as before; a failing refresh stays as it is. */
export function healthAfterCheck(entry: CatalogEntry, lacks: readonly string[]): CredentialHealth | null {
  if (entry.health.kind !== 'ok') return null
  if (lacks.length > 0) return { kind: 'ok', lacks: [...lacks] }
  return entry.health.lacks === undefined ? null : OK
}
