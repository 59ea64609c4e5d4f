import type { ServiceId } from '#shared/credential.ts'
import type { OAuthProvider, Provider } from './provider.ts'

/** Where rows come from; `oauth/providers.ts` has the built-in ones. */
export type ProviderDirectory = {
  /** Null: no such row. */
  find(id: ServiceId): Provider | null
  /** A row for an issuer the person named, after discovery. `isTaken`: ids that belong to another issuer. */
  custom(wish: {
    issuer: string
    /** Each of its answers names it (RFC 9207); decides about the redirect address. */
    namesIssuer: boolean
    name: string
    scopes: readonly string[]
    isTaken: (id: ServiceId) => boolean
    /** What the id is made of; default: the issuer. */
    place?: string
  }): OAuthProvider
}
