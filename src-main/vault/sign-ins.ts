import { type ClockSkew, skewSentence } from '#shared/clock-skew.ts'
import { SignInService } from '../core/sign-in/sign-in-service.ts'
import type { RefreshScheduler } from '../core/tokens/refresh-scheduler.ts'
import type { TokenService } from '../core/tokens/token-service.ts'
import { watchClock } from '../oauth/http/clock-skew.ts'
import { createOAuthClient } from '../oauth/oauth-client.ts'
import { builtInProviders, providerDirectory } from '../oauth/providers/providers.ts'
import type { VaultPorts, Basis } from './vault-ports.ts'
import { ownProvidersIn } from './own-providers.ts'
import type { OAuthClient } from '../core/oauth-client.ts'

/**
 * The directory of the built-in rows and the person's own. A fault in the person's file is reported and costs
 * only its rows.
 */
export function providersOf({ config, warn }: VaultPorts) {
  const own = ownProvidersIn(config.home)
  if (own.problem !== null) warn(`${own.problem} Latchkey still uses the providers that it knows.`)
  return providerDirectory([...builtInProviders, ...own.rows])
}

/** The OAuth client, and the skew of this computer's clock from the providers'; null: none, or unknown. */
export function oauthOf(ports: VaultPorts, events: Basis['events']) {
  const now = (): Date => ports.clock.now()
  let skew: ClockSkew | null = null
  const onSkew = (found: ClockSkew | null): void => {
    skew = found
    if (found !== null) ports.warn(skewSentence(found))
    events.emit('clockChanged', found)
  }
  const oauth = createOAuthClient({
    fetch: watchClock(ports.fetch, now, onSkew),
    now,
    allowLoopbackHttp: ports.config.insecureLoopbackIssuers,
    ...(ports.addressesOf && { addressesOf: ports.addressesOf })
  })
  return { oauth, clockSkew: () => skew }
}

type SignInBasis = {
  readonly oauth: OAuthClient
  readonly directory: ReturnType<typeof providersOf>
  readonly tokens: TokenService
  readonly scheduler: RefreshScheduler
}

/** Creates the sign-in service; the refresh of a saved sign-in is planned at once. */
export function signInsOf(
  ports: VaultPorts,
  { events, preferences, repository }: Basis,
  { oauth, directory, tokens, scheduler }: SignInBasis
): SignInService {
  return new SignInService({
    oauth,
    repository,
    exclusively: (ref, task) => tokens.exclusively(ref, task),
    surface: ports.surface,
    writeClipboard: ports.writeClipboard,
    clock: ports.clock,
    newAttemptId: ports.newId,
    providers: directory,
    alwaysUseBrowser: () => preferences.get().alwaysUseBrowser,
    windowFailures: {
      has: (service) => preferences.get().browserFor.includes(service),
      add: (service) => preferences.useBrowserFor(service)
    },
    timeoutMs: ports.config.signInTimeout,
    onProgress: (progress) => events.emit('signInChanged', progress),
    onDismissed: (attempt) => events.emit('signInDismissed', { attempt }),
    onSaved: () => scheduler.wake()
  })
}
