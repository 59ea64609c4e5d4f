import type { ServiceId } from '#shared/credential.ts'
import type { McpReport, McpServerChoice } from '#shared/mcp.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { withKeptRedirect } from './kept-redirect.ts'
import type { McpAuthorization, McpServer, RegisteredClient } from '../oauth-client.ts'
import type { CredentialRepository } from '../ports.ts'
import type { OAuthProvider } from '../provider.ts'
import { Secret } from '../secret.ts'
import type { ProviderDirectory } from '../provider-directory.ts'

type Ports = {
  readonly oauth: McpAuthorization
  readonly repository: Pick<CredentialRepository, 'list' | 'load'>
  readonly providers: Pick<ProviderDirectory, 'custom'>
}

/** Longest list of other servers; more of them add no information. */
const MOST_OTHERS = 5

export type McpPlan = {
  readonly provider: OAuthProvider
  /** Scopes that the server asks for. */
  readonly usual: readonly string[]
  readonly client: { readonly id: string; readonly secret: Secret | null }
}

/** Returns the report that the person sees before the sign-in. Throws as `McpAuthorization.findMcpServer`. */
export async function reportOnMcp(
  server: string,
  {
    oauth,
    repository
  }: Pick<Ports, 'repository'> & { readonly oauth: Pick<McpAuthorization, 'findMcpServer'> }
): Promise<McpReport> {
  const found = await oauth.findMcpServer(server)
  const isKnown = (await knownClient(found, repository)) !== null
  const alsoFor = othersAt(found, repository.list())
  const { resource, issuer, authorizationHost, redirectUri, isOlderProfile } = found
  return {
    resource,
    issuer,
    authorizationHost,
    redirectUri,
    isOlderProfile,
    alsoFor,
    scopes: usualOf(found, alsoFor),
    offered: allOf(found),
    client: isKnown ? 'known' : found.registers ? 'registers' : 'ask'
  }
}

/**
 * Returns the scopes of the server's own challenge. If it names none: the scopes of its document (MCP
 * authorization, scope selection), or none if other credentials come from the same issuer, because any server
 * may name that issuer and list the scopes of the others.
 */
function wantedBy(
  { asked, supported, isOlderProfile }: McpServer,
  alsoFor: readonly string[]
): readonly string[] {
  return asked ?? (isOlderProfile || alsoFor.length > 0 ? [] : supported)
}

/** Returns what a sign-in asks for unless the person chooses otherwise. */
function usualOf(found: McpServer, alsoFor: readonly string[]): string[] {
  return once([...wantedBy(found, alsoFor), ...found.offline])
}

/** Returns each scope once, for the choice and for the row. */
function allOf({ asked, supported, offline }: McpServer): string[] {
  return once([...(asked ?? []), ...supported, ...offline])
}

/**
 * Returns what else the vault has from this issuer: addresses of other servers, or names of credentials
 * without a server.
 */
function othersAt({ issuer, resource }: McpServer, entries: readonly CatalogEntry[]): string[] {
  const others = entries.flatMap(({ provider, name }) => {
    if (provider?.endpoints.issuer !== issuer || provider.resource === resource) return []
    return [provider.resource ?? name]
  })
  return once(others).slice(0, MOST_OTHERS)
}

const once = (texts: readonly string[]): string[] => [...new Set(texts)]

/**
 * Returns row and client for an MCP server. The id of the row stands for issuer, resource and client
 * together, so that a token of one is never taken for that of another. Throws as `reportOnMcp`, and
 * INVALID_REQUEST if the person has to bring a client id.
 */
export async function planMcp(
  choice: McpServerChoice,
  secret: string | null,
  ports: Ports
): Promise<McpPlan> {
  const found = await ports.oauth.findMcpServer(choice.server)
  const client = await clientFor({ choice, secret, found }, ports)
  const { issuer, resource, namesIssuer } = found
  const isTaken = (id: ServiceId): boolean =>
    ports.repository.list().some((entry) => entry.ref.service === id && !isFor(entry, found, client.id))
  const { name } = choice
  const scopes = allOf(found)
  const row = ports.providers.custom({ issuer, namesIssuer, name, scopes, isTaken, place: resource })
  const mine = { ...row, redirect: client.redirect ?? row.redirect }
  const kept = withKeptRedirect(mine, client.id, ports.repository.list())
  return {
    provider: { ...kept, resource, ...addressOf(choice), clientAuth: client.auth },
    client: { id: client.id, secret: client.secret },
    usual: usualOf(found, othersAt(found, ports.repository.list()))
  }
}

/**
 * Returns the address to keep with the row, which is not secret. An address with a query or fragment may hold
 * a secret and is left out.
 */
function addressOf({ server }: McpServerChoice): { readonly mcpServer?: string } {
  return /[?#]/.test(server) ? {} : { mcpServer: server.trim() }
}

function isFor(
  { provider, clientId }: CatalogEntry,
  { issuer, resource }: McpServer,
  client: string
): boolean {
  return provider?.endpoints.issuer === issuer && provider.resource === resource && clientId === client
}

type Wish = {
  readonly choice: McpServerChoice
  readonly secret: string | null
  readonly found: McpServer
}

/**
 * Returns the client, in the order of the MCP specification: the person's own, that of this resource, a new
 * registration.
 */
async function clientFor({ choice, secret, found }: Wish, ports: Ports): Promise<RegisteredClient> {
  const typed = choice.clientId?.trim() ?? ''
  const typedSecret = secret?.trim() ?? ''
  if (typed !== '') {
    if (typedSecret === '') return { id: typed, secret: null, auth: 'none' }
    return { id: typed, secret: new Secret(typedSecret), auth: 'post' }
  }
  const known = await knownClient(found, ports.repository)
  if (known !== null) return known
  if (found.registers) return await ports.oauth.registerClient(found)
  throw new VaultError('INVALID_REQUEST', {
    message: 'No automatic registration at this server. Register a client there and enter its ID.'
  })
}

/** Returns the client of a working sign-in with the same issuer and resource. Null: no sign-in has them. */
async function knownClient(
  { issuer, resource }: McpServer,
  repository: Ports['repository']
): Promise<RegisteredClient | null> {
  for (const { ref, provider, health } of repository.list()) {
    if (provider?.endpoints.issuer !== issuer || provider.resource !== resource || health.kind !== 'ok')
      continue
    const held = await repository.load(ref).catch(() => null)
    if (held?.kind === 'oauth') return { ...held.client, auth: provider.clientAuth }
  }
  return null
}
