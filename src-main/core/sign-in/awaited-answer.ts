import type { DeviceCode } from '#shared/device-code.ts'
import { VaultError } from '#shared/problem.ts'
import { pollDevice } from './device-polling.ts'
import { MINUTE } from '../tokens/lifetime.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import { endUnwanted } from './sign-in-result.ts'
import { chooseSurface, type SurfaceKind } from '../provider.ts'
import type { SignInPlan } from './sign-in-plan.ts'
import type { SignInPlace } from './surface-ports.ts'
import type { SignInServicePorts } from './sign-in-service-ports.ts'
import type {
  AuthorizationRequest,
  AuthorizedGrant,
  OAuthClient,
  PendingAuthorization
} from '../oauth-client.ts'

/** Time that a person has, in ms, unless the composition root sets another. */
export const SIGN_IN_TIMEOUT = 5 * MINUTE

/** The answer that an attempt waits for: at a redirect URI, or by a code that the person types. */
export type AwaitedAnswer = {
  readonly pending: PendingAuthorization
  /** Null: the answer comes to a redirect URI. */
  readonly device: DeviceCode | null
  readonly timeoutMs: number
}

type Ports = {
  readonly oauth: OAuthClient
  readonly repository: CredentialRepository
  readonly clock: Clock
  readonly timeoutMs?: number
}

type Place = Pick<SignInPlace, 'kind' | 'hasBrowser'>
type AskPorts = Ports & Pick<SignInServicePorts, 'alwaysUseBrowser' | 'windowFailures'>

/**
 * Sends the planned request, for the surface that provider and person prefer. Null: the sign-in is no longer
 * wanted, and nothing is left open. Throws as `awaitAnswer`.
 */
export async function askProvider(
  plan: SignInPlan,
  ports: AskPorts,
  isWanted: () => boolean,
  place: Place | null = null
) {
  try {
    const asked = await askFor(plan, ports, place)
    if (isWanted()) return asked
    await asked.awaited.pending.close()
  } catch (error) {
    if (isWanted()) throw error
  }
  return null
}

async function askFor(
  { provider, client, scopes, loginHint }: SignInPlan,
  ports: AskPorts,
  place: Place | null
) {
  const request = { provider, client, scopes, loginHint }
  const offersCode = async (): Promise<boolean> => await ports.oauth.offersDevice(provider).catch(() => false)
  const preferred = chooseSurface(provider, {
    alwaysUseBrowser: place !== null || ports.alwaysUseBrowser(),
    hasFailedEmbedded: ports.windowFailures.has(provider.id),
    lacksClientSecret: client.secret === null
  })
  const isCode = place?.hasBrowser === false && place.kind === null && (await offersCode())
  const surface = place?.kind ?? (isCode ? 'device' : preferred)
  const awaited = await awaitAnswer(request, surface, ports)
  return { request, surface, awaited, offersCode: await offersCode() }
}

/**
 * Begins to wait in the way that the surface needs. Throws as `begin` and `beginDevice`; nothing is left open
 * then.
 */
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

/** Returns an answer that is already there: no page was opened, and nothing is left to close. */
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
