import type { CredentialSummary } from '#shared/credential.ts'
import type { ApiKeyRequest } from '#shared/ipc.ts'
import { summary } from '../../src-renderer/test-summary.ts'

const HOUR = 3_600_000

/** The summary of a key: it keeps only the mask of the key. */
export function keySummary(request: ApiKeyRequest, backend: CredentialSummary['backend']): CredentialSummary {
  const now = new Date().toISOString()
  return {
    ...blankSummary(request.service, request.name, request.account, backend),
    kind: 'api-key',
    expiry: request.expiresAt === null ? { kind: 'never' } : { kind: 'at', at: request.expiresAt },
    allowedHosts: request.allowedHosts,
    issuer: request.allowedHosts[0] === undefined ? null : `https://${request.allowedHosts[0]}`,
    masked: `${request.key.slice(0, 2)}••••••••${request.key.slice(-2)}`,
    obtainedAt: now,
    issuedAt: now
  }
}

/** The summary of a sign-in that works, with nothing more known. */
export function blankSummary(
  service: string,
  name: string,
  account: string,
  backend: CredentialSummary['backend']
): CredentialSummary {
  const now = new Date().toISOString()
  return summary({ service, name, account, backend, masked: 'ey••••••••1a', obtainedAt: now, issuedAt: now })
}

/** The summary after a refresh. */
export function refreshedSummary(credential: CredentialSummary): CredentialSummary {
  const now = new Date().toISOString()
  const at = new Date(Date.now() + HOUR).toISOString()
  return {
    ...credential,
    status: { kind: 'valid' },
    expiry: { kind: 'at', at },
    issuedAt: now,
    refreshedAt: now,
    nextRefreshAt: at
  }
}
