import { credentialKey } from '#shared/credential.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { McpAuthorization } from '../oauth-client.ts'
import type { SignInPlan } from './sign-in-plan.ts'

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
export async function withNewRegistration(
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
