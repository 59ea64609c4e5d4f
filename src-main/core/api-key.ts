import type { ApiKeyRequest } from '#shared/ipc.ts'
import { VaultError } from '#shared/problem.ts'
import type { ApiKey, Lifetime } from './credential-record.ts'
import { Secret } from './secret.ts'

/**
 * Returns the record for a key that a person typed or pasted, without the spaces and line ends around it.
 * Throws INVALID_REQUEST for an empty key, for a key with characters outside printable ASCII, and for an
 * expiry in the past.
 */
export function apiKeyFrom(request: ApiKeyRequest, now: Date): ApiKey {
  const key = cleanKey(request.key)
  return {
    kind: 'api-key',
    ref: { service: request.service, account: request.account },
    name: request.name,
    key,
    allowedHosts: [...new Set(request.allowedHosts)],
    expiry: keyExpiry(request.expiresAt, now),
    obtainedAt: now,
    rotation: null
  }
}

/**
 * Returns the expiry that a person gave a key; null: never. Throws INVALID_REQUEST if it is in the past.
 */
export function keyExpiry(expiresAt: string | null, now: Date): Lifetime {
  if (expiresAt === null) return { kind: 'never' }
  const at = new Date(expiresAt)
  if (at <= now) throw invalid('The expiry is in the past.')
  return { kind: 'at', at }
}

/** Returns the key without the spaces and line ends around it. Throws INVALID_REQUEST as `apiKeyFrom`. */
export function cleanKey(text: string): Secret {
  const key = text.trim()
  if (key === '') throw invalid('The key is empty. Paste it again.')
  if (!/^[\x20-\x7e]+$/.test(key)) {
    throw invalid('The key has a line break or a character that keys do not have. Copy it again.')
  }
  return new Secret(key)
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
