import type { CatalogEntry } from '../src-main/core/credential-record.ts'
import { sampleProvider } from '../src-main/core/testing/samples.ts'

/** `count` entries as a person with many services has them: half sign-ins, half keys, all times in 2026. */
export function catalogEntries(count: number): CatalogEntry[] {
  return Array.from({ length: count }, (_, index) => entry(index))
}

function entry(index: number): CatalogEntry {
  const isGrant = index % 2 === 0
  const issuedAt = new Date('2026-11-21T08:00:00Z')
  return {
    ref: { service: `service-${index % 50}`, account: `account-${index}@example.net` },
    kind: isGrant ? 'oauth' : 'api-key',
    name: `Service ${index % 50}`,
    provider: isGrant ? provider(index) : null,
    clientId: isGrant ? 'latchkey-desktop' : null,
    scopesRequested: isGrant ? ['openid', 'email', 'repo', 'read:org'] : [],
    scopesGranted: isGrant ? ['openid', 'email', 'repo'] : [],
    allowedHosts: isGrant ? [] : [`api.service-${index % 50}.example`],
    expiry: isGrant ? { kind: 'at', at: new Date('2027-11-21T08:00:00Z') } : { kind: 'never' },
    issuedAt,
    renewable: isGrant,
    masked: 'gh••••••••1a',
    backend: 'keychain',
    obtainedAt: issuedAt,
    refreshedAt: null,
    lastUsedAt: null,
    health: { kind: 'ok' },
    rotation: null
  }
}

function provider(index: number): NonNullable<CatalogEntry['provider']> {
  return {
    ...sampleProvider,
    id: `service-${index % 50}`,
    name: `Service ${index % 50}`,
    endpoints: { kind: 'discovered', issuer: `https://sso-${index % 50}.example.net` }
  }
}
