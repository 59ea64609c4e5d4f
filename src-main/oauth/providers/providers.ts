import type { ServiceId } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import {
  type OAuthProvider,
  type Provider,
  canDoWithoutSecret,
  chooseSurface,
  registeredRedirect,
  type ApiKeyProvider,
  type PasswordProvider,
  type ScopeRow
} from '../../core/provider.ts'
import type { ProviderDirectory } from '../../core/provider-directory.ts'
import { accountRows } from '../provider-rows/accounts.ts'
import { codeHostRows } from '../provider-rows/code-hosts.ts'
import { developerKeyRows } from '../provider-rows/developer-keys.ts'
import { modelKeyRows } from '../provider-rows/model-keys.ts'
import { registryKeyRows } from '../provider-rows/registry-keys.ts'
import { projectRows } from '../provider-rows/projects.ts'
import { workplaceRows } from '../provider-rows/workplaces.ts'
import { familyDifferences, issuerRedirect } from '../metadata/issuer-families.ts'
import { genericProvider } from '../provider-rows/base.ts'
import { registrationGuides } from './registration-guides.ts'
import { parseProviderRows } from './provider-schema.ts'

/** Services that a person signs in to, in the order of the gallery. */
export const oauthRows: readonly OAuthProvider[] = [...codeHostRows, ...accountRows, ...workplaceRows]

/** Services that hand out keys. */
export const apiKeyRows: readonly ApiKeyProvider[] = [
  ...developerKeyRows,
  ...registryKeyRows,
  ...modelKeyRows
]

/** Products whose projects sign people in by a password. */
export const passwordRows: readonly PasswordProvider[] = projectRows

export const builtInProviders: readonly Provider[] = [...oauthRows, ...apiKeyRows, ...passwordRows]

/** The directory of providers. Throws CONFIG_INVALID if a row breaks the rules; called once at start. */
export function providerDirectory(
  rows: readonly Provider[] = builtInProviders
): ProviderDirectory & { readonly all: readonly Provider[] } {
  parseProviderRows(rows, { table: 'The table of providers', taken: [] })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return {
    all: rows,
    find: (id) => byId.get(id) ?? null,
    custom: (wish) => customProvider({ ...wish, isTaken: (id) => byId.has(id) || wish.isTaken(id) })
  }
}

const noKeys = { allowedHosts: [], keyPrefixes: [] }

/** One row as the gallery shows it. `alwaysUseBrowser` is the person's global switch. */
export function toProviderChoice(row: Provider, alwaysUseBrowser = false): ProviderChoice {
  const shared = { id: row.id, name: row.name, kind: row.kind, hasHelp: row.help !== null }
  if (row.kind !== 'oauth') {
    const { allowedHosts, keyPrefixes } = row.kind === 'api-key' ? row : noKeys
    return {
      ...shared,
      host: allowedHosts[0] ?? null,
      surface: 'window',
      scopes: [],
      needsClientSecret: false,
      codeWithoutSecret: false,
      registration: null,
      allowedHosts: [...allowedHosts],
      keyPrefixes: [...keyPrefixes]
    }
  }
  return {
    ...shared,
    host: new URL(authorizationAddress(row)).host,
    surface: chooseSurface(row, { alwaysUseBrowser, hasFailedEmbedded: false }),
    scopes: [...row.scopes],
    needsClientSecret: !canDoWithoutSecret(row),
    codeWithoutSecret: row.clientAuth !== 'none' && canDoWithoutSecret(row),
    registration: { steps: [...stepsFor(row.id)], redirectUri: registeredRedirect(row) },
    allowedHosts: [],
    keyPrefixes: []
  }
}

/**
 * The steps of a registration; empty for the person's own row, whose id may be the name of an inherited
 * property.
 */
function stepsFor(id: ServiceId): readonly string[] {
  return Object.hasOwn(registrationGuides, id) ? (registrationGuides[id] ?? []) : []
}

function authorizationAddress({ endpoints }: OAuthProvider): string {
  return endpoints.kind === 'fixed' ? endpoints.authorization : endpoints.issuer
}

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

/**
 * True if `host` belongs to a built-in provider and `issuer` does not: an issuer that sends people there
 * wants the codes of that provider. A provider may have several hosts, and tenants of one server each have an
 * issuer there.
 */
export function isHostOfAnother(host: string, issuer: string): boolean {
  const own = new URL(issuer).host
  if (own === host) return false
  return oauthRows.some((row) => hasNameOf(row, host) && !(isOf(row, own) && isOf(row, host)))
}

/**
 * Finds the first address of a provider that does not belong with the others: if one belongs to a built-in
 * provider, all of them must. Null: they belong together.
 */
export function strangerAmong(addresses: readonly string[]): string | null {
  const hosts = addresses.map((address) => new URL(address).host)
  const owners = oauthRows.filter((row) => hosts.some((host) => hasNameOf(row, host)))
  const isAtHome = (host: string): boolean => owners.every((row) => isOf(row, host))
  return addresses.find((_address, index) => !isAtHome(hosts[index] ?? '')) ?? null
}

/** Compares without the port: another port of a provider's host is not the provider's, but looks like it. */
function hasNameOf(row: OAuthProvider, host: string): boolean {
  return isOf(row, host.replace(/:\d+$/, ''))
}

/** True for the hosts of a row and their subdomains: `www` there leads to the same page. */
function isOf({ endpoints }: OAuthProvider, host: string): boolean {
  const { kind: _kind, ...addresses } = endpoints
  return Object.values(addresses)
    .filter((address) => address !== null)
    .map((address) => new URL(address).host.replace(/^www\./, ''))
    .some((known) => host === known || host.endsWith(`.${known}`))
}
