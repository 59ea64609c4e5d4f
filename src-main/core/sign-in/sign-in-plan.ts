import {
  type CredentialRef,
  type ServiceId,
  DEFAULT_ACCOUNT,
  credentialKey,
  refFromKey
} from '#shared/credential.ts'
import type { SignInRequest, SignInProgress } from '#shared/sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../credential-record.ts'
import type { CredentialRepository } from '../ports.ts'
import { type OAuthProvider, canDoWithoutSecret, type ProviderEndpoints } from '../provider.ts'
import { Secret } from '../secret.ts'
import type { OAuthClient, McpAuthorization } from '../oauth-client.ts'
import type { ProviderDirectory } from '../provider-directory.ts'
import { isIssuersOwn, withKeptRedirect, withPathOf } from './kept-redirect.ts'
import { planMcp } from './mcp-plan.ts'

/**
 * True for tokens for one resource: their client was or can be registered by the server itself (RFC 7591).
 */
export function mayRegister({ provider }: Pick<SignInPlan, 'provider'>): boolean {
  return provider.resource !== null
}

/**
 * Returns the same sign-in with a newly registered client, because the server has forgotten the former one.
 * Stored data stays until the sign-in is done. Throws as `McpAuthorization.registerClient`.
 */
async function withNewRegistration(
  plan: SignInPlan,
  oauth: Pick<McpAuthorization, 'registerClient'>
): Promise<SignInPlan> {
  const { provider, client: former } = plan
  const { resource } = provider
  // `mayRegister` is false without a resource.
  if (resource === null) return plan
  const { issuer } = provider.endpoints
  const made = await oauth.registerClient({ issuer, resource, forgotten: former.id })
  const { id, secret, auth: clientAuth, redirect = provider.redirect } = made
  return { ...plan, provider: { ...provider, clientAuth, redirect }, client: { id, secret } }
}

/** Returns the choices of a window for a repeated sign-in. Null: it is a first sign-in. */
export function againOf(plan: SignInPlan): NonNullable<SignInProgress['again']> | null {
  const { target } = plan
  if (target.kind === 'new') return null
  return { credential: credentialKey(target.ref), mayRegister: mayRegister(plan) }
}

/** The request of a sign-in and its target. */
export type SignInPlan = {
  readonly provider: OAuthProvider
  readonly client: { readonly id: string; readonly secret: Secret | null }
  readonly scopes: readonly string[]
  readonly loginHint: string | null
  readonly target:
    | { readonly kind: 'new'; readonly account: string | null }
    /** `subject`: the person who has to sign in. Null: unknown. */
    | { readonly kind: 'again'; readonly ref: CredentialRef; readonly subject: string | null }
}

type AgainPorts = {
  readonly repository: CredentialRepository
  readonly providers: Pick<ProviderDirectory, 'find'>
}

type NewRequest = Extract<SignInRequest, { kind: 'new' }>
type Ports = {
  readonly oauth: OAuthClient
  readonly repository: CredentialRepository
  readonly providers: ProviderDirectory
}

/** Throws UNKNOWN_SERVICE, INVALID_REQUEST and, for an issuer of the person's own, as discovery does. */
async function planNew(request: NewRequest, ports: Ports): Promise<SignInPlan> {
  const { provider, client, usual } = await providerAndClient(request, ports)
  return {
    provider,
    client,
    scopes: request.scopes ?? usual,
    loginHint: hintFrom(request.account ?? DEFAULT_ACCOUNT),
    target: { kind: 'new', account: request.account }
  }
}

/**
 * Plans a sign-in with the same provider, client and account as before, and the same scopes unless others are
 * named. Throws UNKNOWN_SERVICE without such an entry and INVALID_REQUEST for an API key. If the record can't
 * be read, the plan lacks its client secret.
 */
export async function planAgain(
  ref: CredentialRef,
  { repository, providers }: AgainPorts,
  scopes: readonly string[] | null = null
): Promise<SignInPlan> {
  const entry = repository.find(ref)
  if (entry === null) throw new VaultError('UNKNOWN_SERVICE')
  if (entry.provider === null || entry.clientId === null) throw noSignInForKeys()
  const stored = await repository.load(ref).catch(() => null)
  return {
    provider: rowInUse(entry.provider, providers),
    client: { id: entry.clientId, secret: secretOf(stored) },
    scopes: scopes ?? entry.scopesRequested,
    loginHint: hintFrom(ref.account),
    target: { kind: 'again', ref, subject: stored?.kind === 'oauth' ? stored.subject : null }
  }
}

/**
 * Plans a first sign-in to one more account, with what an entry signs in with; null scopes: those of that entry. Throws as
 * `planAgain`.
 */
async function planAnother(
  ref: CredentialRef,
  { account, scopes }: Pick<Extract<SignInRequest, { kind: 'another' }>, 'account' | 'scopes'>,
  ports: AgainPorts
): Promise<SignInPlan> {
  const plan = await planAgain(ref, ports, scopes)
  if (plan.provider.endpoints.kind === 'gotrue') throw noPage()
  return {
    ...plan,
    loginHint: hintFrom(account ?? DEFAULT_ACCOUNT),
    target: { kind: 'new', account }
  }
}

async function providerAndClient(
  { provider: choice, clientSecret }: NewRequest,
  ports: Ports
): Promise<Pick<SignInPlan, 'provider' | 'client'> & { readonly usual: readonly string[] }> {
  if (choice.kind === 'mcp') return await planMcp(choice, clientSecret, ports)
  const provider = await providerFor(choice, ports)
  return {
    provider,
    client: clientFor(provider, choice.clientId, clientSecret),
    usual: usualScopes(provider, choice)
  }
}

/** Returns the scopes of the row that are asked for by default; of an issuer that names none of them, `openid`. */
function usualScopes({ scopes }: OAuthProvider, { kind }: OwnClient): readonly string[] {
  const usual = scopes.filter(({ byDefault }) => byDefault).map(({ scope }) => scope)
  return kind === 'issuer' && usual.length === 0 ? ['openid'] : usual
}

type OwnClient = Exclude<NewRequest['provider'], { kind: 'mcp' }>

async function providerFor(choice: OwnClient, ports: Ports): Promise<OAuthProvider> {
  if (choice.kind === 'preset') {
    const row = ports.providers.find(choice.provider)
    if (row === null) throw new VaultError('UNKNOWN_SERVICE')
    if (row.kind === 'password') throw noPage()
    if (row.kind === 'api-key') throw noSignInForKeys()
    if (!isIssuersOwn(row.redirect)) return row
    return withKeptRedirect(row, choice.clientId.trim(), ports.repository.list())
  }
  const { issuer, name } = choice
  const report = await ports.oauth.discover(issuer)
  const isTaken = (id: ServiceId): boolean =>
    ports.repository
      .list()
      .some((entry) => entry.ref.service === id && entry.provider?.endpoints.issuer !== report.issuer)
  const { namesIssuer, scopes } = report
  const row = ports.providers.custom({ issuer: report.issuer, namesIssuer, name, scopes, isTaken })
  return withKeptRedirect(row, choice.clientId.trim(), ports.repository.list())
}

/** A secret for a client that was to be public makes it confidential: the secret is then sent in the body. */
function clientFor(
  provider: OAuthProvider,
  clientId: string,
  clientSecret: string | null
): SignInPlan['client'] {
  const secret = clientSecret?.trim() ?? ''
  if (secret === '' && !canDoWithoutSecret(provider)) {
    throw new VaultError('INVALID_REQUEST', { message: 'This provider asks for a client secret.' })
  }
  return { id: clientId.trim(), secret: secret === '' ? null : new Secret(secret) }
}

/** Returns the account if it is an address; a label such as "work" means nothing to the provider. */
function hintFrom(account: string): string | null {
  return /^[^\s@]+@[^\s@]+$/.test(account) ? account : null
}

function secretOf(stored: Credential | null): Secret | null {
  return stored?.kind === 'oauth' ? stored.client.secret : null
}

function noSignInForKeys(): VaultError {
  return new VaultError('INVALID_REQUEST', {
    message: 'This service uses an API key and has no sign-in.'
  })
}

function noPage(): VaultError {
  return new VaultError('INVALID_REQUEST', {
    message: 'Sign in to a project of this service with e-mail and password.'
  })
}

/**
 * Returns the row for a repeated sign-in: the directory's current row, with what was learned of the provider
 * since the sign-in, if it is still for the same server; else the row that is kept with the grant.
 */
export function rowInUse(stored: OAuthProvider, providers: Pick<ProviderDirectory, 'find'>): OAuthProvider {
  const row = providers.find(stored.id)
  if (row?.kind !== 'oauth' || !isSameServer(row.endpoints, stored.endpoints)) return stored
  // The client is registered with the path shown at that time. A path set by a person or a service is taken
  // as it is now.
  const isOwn = isIssuersOwn(row.redirect)
  const redirect = isOwn ? withPathOf(row.redirect, stored.redirect) : row.redirect
  return { ...row, resource: stored.resource, redirect }
}

function isSameServer(one: ProviderEndpoints, other: ProviderEndpoints): boolean {
  if (one.issuer !== other.issuer || one.kind !== other.kind) return false
  if (one.kind !== 'fixed' || other.kind !== 'fixed') return true
  return one.authorization === other.authorization && one.token === other.token
}

/** Returns the plan of a window's request. Throws as `planNew`, `planAgain` and `withNewRegistration`. */
export async function planRequested(request: SignInRequest, ports: Ports): Promise<SignInPlan> {
  if (request.kind === 'new') return await planNew(request, ports)
  const ref = refFromKey(request.credential)
  if (ref === null) throw new VaultError('UNKNOWN_SERVICE')
  if (request.kind === 'another') return await planAnother(ref, request, ports)
  const plan = await planAgain(ref, ports, request.scopes ?? null)
  return request.newClient === true ? await withNewRegistration(plan, ports.oauth) : plan
}
