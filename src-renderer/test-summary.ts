import { type CredentialSummary, credentialKey } from '#shared/credential.ts'

/** Returns a summary for a test; by default a valid sign-in without an end. */
export function summary(part: Partial<CredentialSummary> = {}): CredentialSummary {
  const service = part.service ?? 'github'
  const account = part.account ?? 'default'
  return {
    id: credentialKey({ service, account }),
    service,
    account,
    name: service,
    kind: 'oauth',
    status: { kind: 'valid' },
    expiry: { kind: 'never' },
    renewable: false,
    scopes: [],
    missingScopes: [],
    extraScopes: [],
    issuer: null,
    allowedHosts: [],
    clientId: null,
    masked: 'gh••••••••1a',
    backend: 'keychain',
    obtainedAt: '2026-01-01T00:00:00.000Z',
    refreshedAt: null,
    nextRefreshAt: null,
    keptFresh: null,
    useBefore: null,
    signInBefore: null,
    issuedAt: '2026-01-01T00:00:00.000Z',
    lastUsedAt: null,
    rotation: null,
    labels: null,
    ...part
  }
}
