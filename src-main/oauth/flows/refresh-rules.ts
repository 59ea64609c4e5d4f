import { type OAuthProvider, registeredRedirect } from '../../core/provider.ts'
import { resourceParameter } from './authorization-parameters.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'

/**
 * What is sent with a refresh beside the token (RFC 6749 section 6), as far as the row asks for more. GitLab's documents
 * want the redirect address: the registered one, because Doorkeeper, which it is made with, keeps none with a refresh
 * token that the one of the sign-in could be compared with.
 */
export function refreshParameters(provider: OAuthProvider): Record<string, string> {
  return {
    ...provider.refresh.params,
    ...(provider.refresh.sendsRedirectUri ? { redirect_uri: registeredRedirect(provider) } : {}),
    ...resourceParameter(provider)
  }
}

/** The metadata, with the address where this provider refreshes in the place of the token endpoint. */
export function refreshMetadata(metadata: IssuerMetadata, { refresh }: OAuthProvider): IssuerMetadata {
  return refresh.url === null ? metadata : { ...metadata, tokenEndpoint: refresh.url }
}
