import type { OAuthClient } from '../core/ports.ts'
import { begin } from './flows/code-flow.ts'
import { beginDevice } from './flows/device-authorization.ts'
import { Discovery, metadataOf, reportOn } from './metadata/discovery.ts'
import { mcpAuthorization } from './mcp/mcp-authorization.ts'
import { type OAuthClientPorts, guarded } from './oauth-context.ts'
import { refreshProblem } from './oauth-problem.ts'
import { isHostOfAnother } from './providers/providers.ts'
import { refresh } from './flows/refresh-grant.ts'
import { revoke } from './flows/revocation.ts'
import { checkToken } from './flows/token-check.ts'

/** The OAuth and OpenID Connect client: authorization code with PKCE, refresh, revocation. Errors are VaultErrors. */
export function createOAuthClient(ports: OAuthClientPorts): OAuthClient {
  const rules = { allowLoopbackHttp: ports.allowLoopbackHttp, isForeignHost: isHostOfAnother }
  const discovery = new Discovery({ fetch: ports.fetch, now: ports.now, rules })
  const context = { ...ports, discovery }
  return {
    ...mcpAuthorization(context),
    discover: (issuer) => guarded(discovery.look(issuer.trim()).then(reportOn)),
    begin: (request) => guarded(begin(context, request)),
    beginDevice: (request) => guarded(beginDevice(context, request)),
    offersDevice: (provider) =>
      guarded(
        metadataOf(provider, discovery).then(
          ({ deviceAuthorizationEndpoint }) => deviceAuthorizationEndpoint !== null
        )
      ),
    refresh: (grant, onSend) =>
      refresh(context, grant, onSend).catch((error: unknown) => {
        throw refreshProblem(error)
      }),
    revoke: (grant) => revoke(context, grant).catch(() => 'no' as const),
    check: (grant, accessToken) => guarded(checkToken(context, grant, accessToken))
  }
}
