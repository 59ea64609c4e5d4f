import { VaultError } from '#shared/problem.ts'
import type { Project } from '../../core/oauth-client.ts'
import { type UrlRules, safeUrl } from '../http/endpoint-url.ts'
import type { Secret } from '../../core/secret.ts'
import { jsonObject } from '../http/json.ts'

/** Path of Supabase Auth at the gateway of a project, hosted or self-hosted. */
const AUTH_PATH = '/auth/v1'

/**
 * Returns the project at an address: an https origin, with or without the path of Supabase Auth. Throws
 * INVALID_REQUEST for anything else, because the password is sent there.
 */
export function projectAt(address: string, rules: UrlRules): Project {
  const url = safeUrl(address.trim(), rules)
  if (url === null) throw invalid('The address of a project begins with https://.')
  const path = url.pathname.replace(/\/+$/, '')
  if (url.search !== '' || (path !== '' && path !== AUTH_PATH)) {
    throw invalid('Enter the address of the project alone, such as https://abcdefgh.supabase.co.')
  }
  return { origin: url.origin, host: url.host, issuer: `${url.origin}${AUTH_PATH}` }
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })

/**
 * Throws INVALID_REQUEST for a project's secret key: it has full access, regardless of the signed-in user,
 * and does not belong on a person's computer. It has two forms: `sb_secret_…`, and a signed token (JWT) with
 * the role `service_role`.
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
