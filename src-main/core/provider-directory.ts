import type { ServiceId } from '#shared/credential.ts'
import type { OAuthProvider, Provider } from './provider.ts'

/** The source of provider rows; `oauth/providers.ts` has the built-in ones. */
export type ProviderDirectory = {
  /** Null: no such row. */
  find(id: ServiceId): Provider | null
  /**
   * Returns a row for an issuer that the person named, after discovery. `isTaken`: true for ids of another
   * issuer.
   */
  custom(wish: {
    issuer: string
    /** The issuer names itself in each of its answers (RFC 9207); this decides about the redirect URI. */
    namesIssuer: boolean
    name: string
    scopes: readonly string[]
    isTaken: (id: ServiceId) => boolean
    /** Text that the id is made of; default: the issuer. */
    place?: string
  }): OAuthProvider
}
