import { VaultError } from '#shared/problem.ts'
import type { Project } from '../../core/oauth-client.ts'
import { type UrlRules, safeUrl } from '../http/endpoint-url.ts'

/** Where the gateway of a project, hosted or self-hosted, has Supabase Auth. */
const AUTH_PATH = '/auth/v1'

/**
 * The project of an address: an https origin, with or without the path of Supabase Auth. Throws INVALID_REQUEST for
 * anything else; the password would go there.
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
