import * as library from 'openid-client'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../core/credential-record.ts'
import type { OAuthClient } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import { TransportError } from '../core/transport-error.ts'
import { metadataOf } from './discovery.ts'
import type { IssuerMetadata } from './issuer-metadata.ts'
import { configure } from './library-config.ts'
import { type OAuthContext, exchangeFor } from './oauth-context.ts'
import { toTokenSet } from './token-set.ts'

type Renewed = Awaited<ReturnType<OAuthClient['refresh']>>

/** One network refresh; the contract is that of `OAuthClient.refresh`, the errors are still the library's. */
export async function refresh(context: OAuthContext, grant: OAuthGrant): Promise<Renewed> {
  const { refreshToken } = grant.tokens
  if (refreshToken === null) throw new VaultError('SIGN_IN_REQUIRED')
  const metadata = await metadataOf(grant.provider, context.discovery)
  const once = (): Promise<Renewed> => refreshOnce({ context, metadata, grant, refreshToken })
  try {
    return await once()
  } catch (error) {
    // The connection broke, perhaps after the server had rotated the token. A server with a grace period answers the
    // same token again if asked at once; the others have ended the grant already, and will say so.
    if (!isBrokenConnection(error)) throw error
    return await once()
  }
}

type RefreshCall = {
  readonly context: OAuthContext
  readonly metadata: IssuerMetadata
  readonly grant: OAuthGrant
  readonly refreshToken: Secret
}

async function refreshOnce({ context, metadata, grant, refreshToken }: RefreshCall): Promise<Renewed> {
  // An ID token beside renewed tokens is not used; a fault in it must not cost the rotated refresh token.
  const exchange = exchangeFor(context, grant.provider, false)
  const config = configure({ metadata, ...grant, fetch: exchange.fetch })
  const issuedAt = context.now()
  await refreshToken.expose((token) => library.refreshTokenGrant(config, token))
  const fields = exchange.fields()
  return {
    tokens: toTokenSet(fields, grant.provider, issuedAt),
    // RFC 6749 section 6: no `scope` means as before.
    scopesGranted: fields.scopes ?? grant.scopesGranted
  }
}

function isBrokenConnection(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null
  return cause instanceof TransportError && cause.kind === 'network'
}
