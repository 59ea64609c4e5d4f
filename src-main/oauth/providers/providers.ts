import type { ServiceId } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import {
  type OAuthProvider,
  type Provider,
  canDoWithoutSecret,
  chooseSurface,
  registeredRedirect,
  type ApiKeyProvider,
  type PasswordProvider
} from '../../core/provider.ts'
import { customProvider } from './custom-provider.ts'
import { registrationGuides } from './registration-guides.ts'
import { parseProviderRows } from './provider-schema.ts'
import type { ProviderDirectory } from '../../core/provider-directory.ts'
import { accountRows } from '../provider-rows/accounts.ts'
import { codeHostRows } from '../provider-rows/code-hosts.ts'
import { developerKeyRows } from '../provider-rows/developer-keys.ts'
import { modelKeyRows } from '../provider-rows/model-keys.ts'
import { projectRows } from '../provider-rows/projects.ts'
import { workplaceRows } from '../provider-rows/workplaces.ts'

/** Services that a person signs in to, in the order of the gallery. */
export const oauthRows: readonly OAuthProvider[] = [...codeHostRows, ...accountRows, ...workplaceRows]

/** Services that hand out keys. */
export const apiKeyRows: readonly ApiKeyProvider[] = [...developerKeyRows, ...modelKeyRows]

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
