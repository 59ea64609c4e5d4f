import type { OAuthGrant } from '../credential-record.ts'
import type { AuthorizedGrant } from '../ports.ts'
import type { OAuthProvider } from '../provider.ts'
import type { Secret } from '../secret.ts'

/** What a person typed. The password lives as long as the request does. */
export type PasswordLogin = { readonly email: string; readonly password: Secret }

export type PasswordRequest = PasswordLogin & {
  /** Its endpoints are of the kind `gotrue`. */
  readonly provider: OAuthProvider
  /** `secret`: the project's publishable key. */
  readonly client: OAuthGrant['client']
}

/** A project's address, checked. */
export type Project = {
  /** Such as `https://abcdefgh.supabase.co`. */
  readonly origin: string
  readonly host: string
  /** Below which its requests go. */
  readonly issuer: string
}

/** Sign-in with the password of a project's own, which is no OAuth. */
export interface PasswordAuthorization {
  /** The project of an address as a person typed it. Throws INVALID_REQUEST. */
  projectAt(address: string): Project
  /**
   * One request; the password is in no error and nowhere after it. Throws SIGN_IN_DENIED with what to do,
   * INVALID_REQUEST for a key that must not be kept, CLIENT_REFUSED for one that is not taken, PROVIDER_*.
   */
  signInWithPassword(request: PasswordRequest): Promise<AuthorizedGrant>
}
