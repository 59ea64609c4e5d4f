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

/** The ports and the discovery that every flow needs. */
export type OAuthContext = OAuthClientPorts & { readonly discovery: Discovery }

/** The exchange with this provider's token endpoint. `held`: see `TokenExchangeOptions`. */
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

/** Awaits the task and turns each error into a VaultError that holds nothing of the library's error. */
export function guarded<T>(task: Promise<T>): Promise<T> {
  return task.catch((error: unknown) => {
    throw providerProblem(error, 'PROVIDER_UNREACHABLE')
  })
}
