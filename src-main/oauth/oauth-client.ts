import type { OAuthProvider } from '../core/provider.ts'
import { begin } from './flows/code-flow.ts'
import { beginDevice } from './flows/device-authorization.ts'
import { Discovery, metadataOf, reportOn } from './metadata/discovery.ts'
import { mcpAuthorization } from './mcp/mcp-authorization.ts'
import { type OAuthClientPorts, type OAuthContext, guarded } from './flows/oauth-context.ts'
import { refreshProblem } from './http/oauth-problem.ts'
import { isHostOfAnother } from './providers/providers.ts'
import { refresh } from './flows/refresh-grant.ts'
import { revoke } from './flows/revocation.ts'
import { askMcpServer } from './mcp/mcp-check.ts'
import { supabaseAuth } from './supabase/supabase-auth.ts'
import { checkToken } from './flows/token-check.ts'
import type { OAuthClient } from '../core/oauth-client.ts'

/** Operations on a grant after its sign-in. */
type Protocol = Pick<OAuthClient, 'refresh' | 'revoke' | 'check'>

/**
 * Creates the OAuth and OpenID Connect client: authorization code with PKCE, refresh, revocation. Grants of
 * Supabase Auth use its own protocol; only this function tells them apart. Errors are VaultErrors.
 */
export function createOAuthClient(ports: OAuthClientPorts): OAuthClient {
  const rules = { allowLoopbackHttp: ports.allowLoopbackHttp, isForeignHost: isHostOfAnother }
  const { fetch, now, addressesOf } = ports
  const discovery = new Discovery({ fetch, now, rules, ...(addressesOf && { addressesOf }) })
  const context = { ...ports, discovery }
  const [oauth, supabase] = [oauthProtocol(context), supabaseAuth(ports)]
  const protocolOf = ({ provider }: { readonly provider: OAuthProvider }): Protocol =>
    provider.endpoints.kind === 'gotrue' ? supabase : oauth
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
    projectAt: supabase.projectAt,
    signInWithPassword: supabase.signInWithPassword,
    refresh: (grant, onSend) => protocolOf(grant).refresh(grant, onSend),
    revoke: (grant) => protocolOf(grant).revoke(grant),
    check: (grant, accessToken) => protocolOf(grant).check(grant, accessToken)
  }
}

function oauthProtocol(context: OAuthContext): Protocol {
  return {
    refresh: (grant, onSend) =>
      refresh(context, grant, onSend).catch((error: unknown) => {
        throw refreshProblem(error)
      }),
    revoke: (grant) => revoke(context, grant).catch(() => 'no' as const),
    // The MCP server of a token is asked before its provider.
    check: (grant, accessToken) =>
      guarded(
        askMcpServer(context, grant, accessToken).then(
          (answer) => answer ?? checkToken(context, grant, accessToken)
        )
      )
  }
}
