import { credentialKey } from '#shared/credential.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { McpAuthorization } from '../oauth-client.ts'
import type { SignInPlan } from './sign-in-plan.ts'

/** Tokens for one resource: the client was, or can be, registered by the server itself (RFC 7591). */
export function mayRegister({ provider }: Pick<SignInPlan, 'provider'>): boolean {
  return provider.resource !== null
}

/**
 * The same sign-in with a client that the server makes now, because it has forgotten the one from before. What is
 * stored stays until the sign-in is done. Throws as `McpAuthorization.registerClient`.
 */
export async function withNewRegistration(
  plan: SignInPlan,
  oauth: Pick<McpAuthorization, 'registerClient'>
): Promise<SignInPlan> {
  const { provider, client: former } = plan
  const { resource } = provider
  // Where it is null, `mayRegister` says no.
  if (resource === null) return plan
  const { issuer } = provider.endpoints
  const made = await oauth.registerClient({ issuer, resource, forgotten: former.id })
  const { id, secret, auth: clientAuth, redirect = provider.redirect } = made
  return { ...plan, provider: { ...provider, clientAuth, redirect }, client: { id, secret } }
}

/** What a window may offer when an entry is signed in to again; null: it is a first sign-in. */
export function againOf(plan: SignInPlan): NonNullable<SignInProgress['again']> | null {
  const { target } = plan
  if (target.kind === 'new') return null
  return { credential: credentialKey(target.ref), mayRegister: mayRegister(plan) }
}
