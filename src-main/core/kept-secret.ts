import type {
  ApiKey,
  CatalogEntry,
  ExchangeState,
  KeptSecret,
  Lifetime,
  McpToken
} from './credential-record.ts'
import { mask, type Secret } from './secret.ts'

type Details = Omit<CatalogEntry, 'ref' | 'kind' | 'backend' | 'obtainedAt' | 'lastUsedAt' | 'health'>

/** Returns the secret that is masked in the list and handed out for use. */
export function secretOf(kept: KeptSecret): Secret {
  switch (kept.kind) {
    case 'api-key':
      return kept.key
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
    const { allowedHosts, expiry } = kept
    return { ...details, allowedHosts, expiry, rotation: exchangeState(kept) }
  }
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
