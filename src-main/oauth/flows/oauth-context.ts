import type { OAuthProvider } from '../../core/provider.ts'
import type { Discovery } from '../metadata/discovery.ts'
import type { AddressesOf } from '../http/private-host.ts'
import type { FetchPort } from '../http/guarded-fetch.ts'
import { providerProblem } from '../http/oauth-problem.ts'
import { TOKEN_LIMITS, tokenExchange } from '../http/token-fetch.ts'

export type OAuthClientPorts = {
  readonly fetch: FetchPort
  readonly now: () => Date
  /** Tests and development only: plain http to an issuer on this computer. */
  readonly allowLoopbackHttp: boolean
  /** Default: no name server is asked. */
  readonly addressesOf?: AddressesOf
}

/** What every flow needs. */
export type OAuthContext = OAuthClientPorts & { readonly discovery: Discovery }

/** The exchange with the token endpoint, as this provider answers. `held`: see `TokenExchangeOptions`. */
export function exchangeFor(
  context: OAuthContext,
  provider: OAuthProvider,
  keepIdToken: boolean,
  held: readonly string[] = []
) {
  const scopeSeparator = provider.scopeSeparator.response
  return tokenExchange({
    fetchPort: context.fetch,
    limits: TOKEN_LIMITS,
    scopeSeparator,
    keepIdToken,
    held,
    quirks: provider
  })
}

/** The task; what it throws becomes a VaultError, and of the library's errors nothing is left. */
export function guarded<T>(task: Promise<T>): Promise<T> {
  return task.catch((error: unknown) => {
    throw providerProblem(error, 'PROVIDER_UNREACHABLE')
  })
}
