import { type ServiceId, refFromKey } from '#shared/credential.ts'
import type { PasswordSignInRequest } from '#shared/password-sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import { cleanKey } from '../api-key.ts'
import type { PasswordAuthorization, PasswordLogin, Project } from '../oauth-client.ts'
import type { CredentialRepository } from '../ports.ts'
import type { OAuthProvider } from '../provider.ts'
import { Secret } from '../secret.ts'
import { type SignInPlan, planAgain } from './sign-in-plan.ts'
import type { ProviderDirectory } from '../provider-directory.ts'

type Ports = {
  readonly oauth: PasswordAuthorization
  readonly repository: CredentialRepository
  readonly providers: Pick<ProviderDirectory, 'custom' | 'find'>
}

export type PasswordPlan = { readonly plan: SignInPlan; readonly login: PasswordLogin }

type NewProject = Extract<PasswordSignInRequest, { kind: 'new' }>
type SameProject = Extract<PasswordSignInRequest, { kind: 'again' }>

/** Returns plan and login of a sign-in with a password. Throws INVALID_REQUEST, UNKNOWN_SERVICE. */
export async function planPassword(request: PasswordSignInRequest, ports: Ports): Promise<PasswordPlan> {
  const plan = request.kind === 'new' ? planProject(request, ports) : await planProjectAgain(request, ports)
  return { plan, login: { email: request.email, password: new Secret(request.password) } }
}

function planProject({ project: address, projectKey, name }: NewProject, ports: Ports): SignInPlan {
  const project = ports.oauth.projectAt(address)
  return {
    provider: projectRow(project, name, ports),
    // There is no client of ours; the secret is the project's key.
    client: { id: project.host, secret: cleanKey(projectKey) },
    scopes: [],
    loginHint: null,
    target: { kind: 'new', account: null }
  }
}

async function planProjectAgain({ credential, projectKey }: SameProject, ports: Ports): Promise<SignInPlan> {
  const ref = refFromKey(credential)
  if (ref === null) throw new VaultError('UNKNOWN_SERVICE')
  const plan = await planAgain(ref, ports)
  if (plan.provider.endpoints.kind !== 'gotrue')
    throw invalid('This sign-in does not use e-mail and password.')
  const secret = projectKey === null ? plan.client.secret : cleanKey(projectKey)
  if (secret === null) throw invalid('The key of the project can no longer be read. Enter it again.')
  return { ...plan, client: { ...plan.client, secret } }
}

/**
 * Returns the row of one project. Its id is made of the project's host and is not used by another sign-in.
 */
function projectRow(
  { issuer, origin }: Project,
  name: string,
  { providers, repository }: Ports
): OAuthProvider {
  const isTaken = (id: ServiceId): boolean =>
    repository.list().some(({ ref, provider }) => ref.service === id && !isOf(provider, issuer))
  const row = providers.custom({ issuer, namesIssuer: false, name, scopes: [], isTaken, place: origin })
  return {
    ...row,
    endpoints: { kind: 'gotrue', issuer },
    // Rotation and its grace period are settings of the project; these are the defaults.
    refresh: { ...row.refresh, rotates: true, graceSeconds: 10 },
    source: 'supabase.com/docs: Auth'
  }
}

function isOf(provider: OAuthProvider | null, issuer: string): boolean {
  return provider?.endpoints.kind === 'gotrue' && provider.endpoints.issuer === issuer
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
