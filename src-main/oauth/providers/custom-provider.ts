import type { ServiceId } from '#shared/credential.ts'
import type { OAuthProvider, ScopeRow } from '../../core/provider.ts'
import { familyDifferences } from '../metadata/issuer-families.ts'
import { issuerRedirect } from '../metadata/issuer-redirect.ts'
import { genericProvider } from '../provider-rows/base.ts'

const LONGEST_ID = 90

const knownScopes: ReadonlyMap<string, string> = new Map([
  ['openid', 'Know who is signed in'],
  ['profile', 'Read the profile'],
  ['email', 'Read the e-mail address'],
  ['offline_access', 'Stay signed in']
])
const DEFAULT_SCOPES: ReadonlySet<string> = new Set(['openid', 'email', 'offline_access'])

type Wish = {
  /** The issuer as its metadata spells it. */
  readonly issuer: string
  /** `authorization_response_iss_parameter_supported`. */
  readonly namesIssuer: boolean
  readonly name: string
  /** `scopes_supported`. */
  readonly scopes: readonly string[]
  readonly isTaken: (id: ServiceId) => boolean
  /** Address from which the id is made; default: the issuer. */
  readonly place?: string
}

/**
 * The row for a discovered issuer. Its id comes from host and path, and is not used by a built-in row or
 * another issuer.
 */
export function customProvider(wish: Wish): OAuthProvider {
  const { issuer, namesIssuer, name, scopes, isTaken, place = issuer } = wish
  const url = new URL(place)
  const wanted = slug(`${url.host}${url.pathname}`)
  return {
    ...genericProvider,
    ...familyDifferences(issuer, scopes),
    redirect: issuerRedirect({ issuer, scopes, namesIssuer }),
    ...(namesIssuer && { namesIssuer }),
    id: freeId(wanted, isTaken),
    name: name.trim() === '' ? url.host : name.trim(),
    endpoints: { kind: 'discovered', issuer },
    scopes: scopes.map(scopeRow)
  }
}

function scopeRow(scope: string): ScopeRow {
  return { scope, description: knownScopes.get(scope) ?? '', byDefault: DEFAULT_SCOPES.has(scope) }
}

function slug(text: string): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9._-]+/g, '-')
  return plain.replace(/^[^a-z0-9]+|[-._]+$/g, '').slice(0, LONGEST_ID) || 'issuer'
}

function freeId(wanted: string, isTaken: (id: ServiceId) => boolean): ServiceId {
  let id = wanted
  for (let number = 2; isTaken(id); number += 1) id = `${wanted}-${String(number)}`
  return id
}
