import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../../core/secret.ts'
import { jsonObject } from '../http/json-answer.ts'

/**
 * Throws INVALID_REQUEST for a project's secret key: it may do everything there, whoever is signed in, and does not
 * belong on a person's computer. Two forms: `sb_secret_…`, and a signed token (JWT) with the role `service_role`.
 */
export function refuseSecretKey(key: Secret): void {
  if (!key.expose(isSecretKey)) return
  throw new VaultError('INVALID_REQUEST', {
    message:
      'This is a secret key of the project, which may do everything there. Enter the publishable key (anon).'
  })
}

function isSecretKey(text: string): boolean {
  if (text.startsWith('sb_secret_')) return true
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text)?.[1]
  if (payload === undefined) return false
  return jsonObject(Buffer.from(payload, 'base64url').toString())?.['role'] === 'service_role'
}
