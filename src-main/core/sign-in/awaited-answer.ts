import type { DeviceCode } from '#shared/device-code.ts'
import { VaultError } from '#shared/problem.ts'
import { pollDevice } from './device-polling.ts'
import { MINUTE } from '../tokens/lifetime.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import { endUnwanted } from './sign-in-result.ts'
import { chooseSurface, type SurfaceKind } from '../provider.ts'
import type { SignInPlan } from './sign-in-plan.ts'
import type { SignInServicePorts } from './sign-in-service-ports.ts'
import type {
  AuthorizationRequest,
  AuthorizedGrant,
  OAuthClient,
  PendingAuthorization
} from '../oauth-client.ts'

/** How long a person has, in ms, unless the composition root says otherwise. */
export const SIGN_IN_TIMEOUT = 5 * MINUTE

/** What is waited for: an answer at a redirect address, or a code that somebody types. */
export type AwaitedAnswer = {
  readonly pending: PendingAuthorization
  /** Null: a redirect address. */
  readonly device: DeviceCode | null
  readonly timeoutMs: number
}

type Ports = {
  readonly oauth: OAuthClient
  readonly repository: CredentialRepository
  readonly clock: Clock
  readonly timeoutMs?: number
}

type AskPorts = Ports & Pick<SignInServicePorts, 'alwaysUseBrowser' | 'windowFailures'>

/**
 * Asks the provider for what is planned, where it and the person want it. Null: by then nobody wanted it any more, and
 * nothing is left open. Throws as `awaitAnswer`.
 */
export async function askProvider(plan: SignInPlan, ports: AskPorts, isWanted: () => boolean) {
  try {
    const asked = await askFor(plan, ports)
    if (isWanted()) return asked
    await asked.awaited.pending.close()
  } catch (error) {
    if (isWanted()) throw error
  }
  return null
}

async function askFor({ provider, client, scopes, loginHint }: SignInPlan, ports: AskPorts) {
  const request = { provider, client, scopes, loginHint }
  const surface = chooseSurface(provider, {
    alwaysUseBrowser: ports.alwaysUseBrowser(),
    hasFailedEmbedded: ports.windowFailures.has(provider.id),
    lacksClientSecret: client.secret === null
  })
  const awaited = await awaitAnswer(request, surface, ports)
  const offersCode = await ports.oauth.offersDevice(provider).catch(() => false)
  return { request, surface, awaited, offersCode }
}

/** Begins to wait, as the surface needs it. Throws what `begin` and `beginDevice` throw; nothing is left open then. */
export async function awaitAnswer(
  request: AuthorizationRequest,
  surface: SurfaceKind,
  ports: Ports
): Promise<AwaitedAnswer> {
  const { clock, oauth, timeoutMs = SIGN_IN_TIMEOUT } = ports
  if (surface !== 'device') return { pending: await oauth.begin(request), device: null, timeoutMs }
  const device = await oauth.beginDevice(request)
  const pending = pollDevice(device, clock, (grant) => void endUnwanted(request, grant, ports))
  return { pending, device: device.prompt, timeoutMs: device.lifetimeMs }
}

/** An answer that is there already: no page was opened, and nothing is left to close. */
export function hasAnswered(
  url: string,
  grant: AuthorizedGrant,
  { timeoutMs = SIGN_IN_TIMEOUT }: Pick<Ports, 'timeoutMs'>
): AwaitedAnswer {
  const pending: PendingAuthorization = {
    url,
    redirectUri: null,
    answered: Promise.resolve(),
    submit: () => {
      throw new VaultError('INVALID_REQUEST')
    },
    redeem: async () => grant,
    close: async () => undefined
  }
  return { pending, device: null, timeoutMs }
}
