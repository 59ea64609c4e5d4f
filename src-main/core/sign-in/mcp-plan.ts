import type { ServiceId } from '#shared/credential.ts'
import type { McpReport, McpServerChoice } from '#shared/mcp.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { withKeptRedirect } from './kept-redirect.ts'
import type { McpAuthorization, McpServer, RegisteredClient } from './mcp-ports.ts'
import type { CredentialRepository } from '../ports.ts'
import type { OAuthProvider } from '../provider.ts'
import { Secret } from '../secret.ts'
import type { ProviderDirectory } from './sign-in-plan.ts'

type Ports = {
  readonly oauth: McpAuthorization
  readonly repository: Pick<CredentialRepository, 'list' | 'load'>
  readonly providers: Pick<ProviderDirectory, 'custom'>
}

export type McpPlan = {
  readonly provider: OAuthProvider
  readonly client: { readonly id: string; readonly secret: Secret | null }
}

/** What the person sees before the sign-in. Throws as `McpAuthorization.findMcpServer`. */
export async function reportOnMcp(
  server: string,
  { oauth, repository }: Pick<Ports, 'oauth' | 'repository'>
): Promise<McpReport> {
  const { registers, namesIssuer: _used, ...found } = await oauth.findMcpServer(server)
  const isKnown = (await knownClient(found.issuer, repository)) !== null
  const client = isKnown ? 'known' : registers ? 'registers' : 'ask'
  return { ...found, scopes: [...found.scopes], client }
}

/**
 * Row and client for an MCP server. The id of the row stands for issuer, resource and client together, so that no token
 * of one is ever taken for that of another. Throws as above, and INVALID_REQUEST where a client id has to be brought.
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
  const { scopes } = found
  const row = ports.providers.custom({ issuer, namesIssuer, name, scopes, isTaken, place: resource })
  const mine = { ...row, redirect: client.redirect ?? row.redirect }
  const kept = withKeptRedirect(mine, client.id, ports.repository.list())
  return {
    provider: { ...kept, resource, ...addressOf(choice), clientAuth: client.auth },
    client: { id: client.id, secret: client.secret }
  }
}

/** Kept with the row, which is no secret; what stands behind a question mark may be one. */
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

/** In the order of the MCP specification: the person's own client, one from before, a new registration. */
async function clientFor({ choice, secret, found }: Wish, ports: Ports): Promise<RegisteredClient> {
  const typed = choice.clientId?.trim() ?? ''
  const typedSecret = secret?.trim() ?? ''
  if (typed !== '') {
    if (typedSecret === '') return { id: typed, secret: null, auth: 'none' }
    return { id: typed, secret: new Secret(typedSecret), auth: 'post' }
  }
  const known = await knownClient(found.issuer, ports.repository)
  if (known !== null) return known
  if (found.registers) return await ports.oauth.registerClient(found.issuer)
  throw new VaultError('INVALID_REQUEST', {
    message: 'This server registers nobody. Register a client there and enter its ID.'
  })
}

/** The client of another MCP sign-in at the same issuer that works; null: there is none. */
async function knownClient(
  issuer: string,
  repository: Ports['repository']
): Promise<RegisteredClient | null> {
  for (const { ref, provider, health } of repository.list()) {
    if (provider?.endpoints.issuer !== issuer || provider.resource === null || health.kind !== 'ok') continue
    const held = await repository.load(ref).catch(() => null)
    if (held?.kind === 'oauth') return { ...held.client, auth: provider.clientAuth }
  }
  return null
}
