import { refFromKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { SignInRequest } from '#shared/sign-in.ts'
import { withNewRegistration } from './new-registration.ts'
import type { CredentialRepository } from '../ports.ts'
import { type SignInPlan, planAgain, planNew } from './sign-in-plan.ts'
import type { OAuthClient } from '../oauth-client.ts'
import type { ProviderDirectory } from '../provider-directory.ts'

type Ports = {
  readonly oauth: OAuthClient
  readonly repository: CredentialRepository
  readonly providers: ProviderDirectory
}

/** Returns the plan of a window's request. Throws as `planNew`, `planAgain` and `withNewRegistration`. */
export async function planRequested(request: SignInRequest, ports: Ports): Promise<SignInPlan> {
  if (request.kind === 'new') return await planNew(request, ports)
  const ref = refFromKey(request.credential)
  if (ref === null) throw new VaultError('UNKNOWN_SERVICE')
  const plan = await planAgain(ref, ports, request.scopes ?? null)
  return request.newClient === true ? await withNewRegistration(plan, ports.oauth) : plan
}
