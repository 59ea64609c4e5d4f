import * as library from 'openid-client'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../../core/credential-record.ts'
import type { Secret } from '../../core/secret.ts'
import { metadataOf } from '../metadata/discovery.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import { configure, proofs, type OAuthContext, exchangeFor } from './oauth-context.ts'
import { grantedScopes, resourceParameter } from './authorization.ts'
import { toTokenSet } from '../http/token-answer.ts'
import type { OAuthClient } from '../../core/oauth-client.ts'
import { type OAuthProvider, registeredRedirect } from '../../core/provider.ts'

type Renewed = Awaited<ReturnType<OAuthClient['refresh']>>

/**
 * Refreshes once over the network. The contract is that of `OAuthClient.refresh`, but the errors are the
 * library's.
 */
export async function refresh(
  context: OAuthContext,
  grant: OAuthGrant,
  onSend: () => void
): Promise<Renewed> {
  const { refreshToken } = grant.tokens
  if (refreshToken === null) throw new VaultError('SIGN_IN_REQUIRED')
  const metadata = refreshMetadata(await metadataOf(grant.provider, context.discovery), grant.provider)
  return await refreshOnce({ context, metadata, grant, refreshToken, onSend })
}

type RefreshCall = {
  readonly context: OAuthContext
  readonly metadata: IssuerMetadata
  readonly grant: OAuthGrant
  readonly refreshToken: Secret
  readonly onSend: () => void
}

async function refreshOnce({
  context,
  metadata,
  grant,
  refreshToken,
  onSend
}: RefreshCall): Promise<Renewed> {
  // The ID token of a refresh is not used: a fault in it must not cost the rotated refresh token.
  const held = grant.tokens.accessToken.expose((token) => [token])
  const exchange = exchangeFor(context, grant.provider, false, held)
  const config = configure({ metadata, ...grant, fetch: exchange.fetch })
  const { dpopKey } = grant.tokens
  const options = await proofs(config, dpopKey)
  const issuedAt = context.now()
  onSend()
  await refreshToken.expose((token) =>
    library.refreshTokenGrant(config, token, refreshParameters(grant.provider), options)
  )
  const fields = exchange.fields()
  return {
    tokens: { ...toTokenSet(fields, grant.provider, issuedAt), ...(dpopKey && { dpopKey }) },
    scopesGranted: grantedScopes({ named: fields.scopes, asked: grant.scopesGranted, isOffline: true })
  }
}

/**
 * Parameters that the row adds to a refresh (RFC 6749 section 6). GitLab's documents require the redirect
 * address. The registered one is sent, because Doorkeeper, on which GitLab is built, keeps no redirect
 * address with a refresh token that it could be compared with.
 */
function refreshParameters(provider: OAuthProvider): Record<string, string> {
  return {
    ...provider.refresh.params,
    ...(provider.refresh.sendsRedirectUri ? { redirect_uri: registeredRedirect(provider) } : {}),
    ...resourceParameter(provider)
  }
}

/** The metadata with the provider's refresh address as its token endpoint. */
function refreshMetadata(metadata: IssuerMetadata, { refresh }: OAuthProvider): IssuerMetadata {
  return refresh.url === null ? metadata : { ...metadata, tokenEndpoint: refresh.url }
}
