import type { ApiKeyRequest } from '#shared/ipc.ts'
import { VaultError } from '#shared/problem.ts'
import type { ApiKey, Lifetime } from './credential-record.ts'
import { Secret } from './secret.ts'

/**
 * The record for a key as a person typed or pasted it: spaces and line ends around it are cut off, a key with control
 * characters or nothing left is refused with INVALID_REQUEST, and so is an expiry that has passed.
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

/** The end a person gave a key; null: never. Throws INVALID_REQUEST for one that has passed. */
export function keyExpiry(expiresAt: string | null, now: Date): Lifetime {
  if (expiresAt === null) return { kind: 'never' }
  const at = new Date(expiresAt)
  if (at <= now) throw invalid('The expiry lies in the past.')
  return { kind: 'at', at }
}

/** The key alone, without the spaces and line ends around it. Throws INVALID_REQUEST as `apiKeyFrom`. */
export function cleanKey(text: string): Secret {
  const key = text.trim()
  if (key === '') throw invalid('The key is empty. Paste it again.')
  if (!/^[\x20-\x7e]+$/.test(key)) {
    throw invalid('The key has a line break or a character that keys do not have. Copy it again.')
  }
  return new Secret(key)
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
