import type { BackendId, CredentialRef } from '#shared/credential.ts'
import type { ProblemCode } from '#shared/problem.ts'
import type { OAuthProvider } from './provider.ts'
import type { Secret } from './secret.ts'

/** When something stops working. `unknown`: the provider did not say, so nothing is scheduled for it. */
export type Lifetime =
  | { readonly kind: 'at'; readonly at: Date }
  | { readonly kind: 'never' }
  | { readonly kind: 'unknown' }

/** When a refresh token ends by the word of the server that made it. `toldAt`: start of the request that was answered so. */
export type RefreshEnd =
  | { readonly kind: 'at'; readonly at: Date; readonly toldAt: Date }
  | { readonly kind: 'never' }

/** RFC 6749 section 5.1, read and repaired. */
export type TokenSet = {
  readonly accessToken: Secret
  readonly refreshToken: Secret | null
  /** As the provider wrote it; Latchkey sends every access token as Bearer (RFC 6750). */
  readonly tokenType: string
  readonly expiry: Lifetime
  /** RFC 9449: the private key these tokens are bound to, for as long as the grant lives; absent: to none. */
  readonly dpopKey?: Secret
  /** Absent: the server did not say. Nothing but the provider's refusal ends a grant, so a past end is tried all the same. */
  readonly refreshEnd?: RefreshEnd
  /** Start of the request that brought this access token, by the local clock. */
  readonly issuedAt: Date
}

/** What one sign-in brought. Access and refresh token stand in one record so that they can not disagree. */
export type OAuthGrant = {
  readonly kind: 'oauth'
  readonly ref: CredentialRef
  readonly provider: OAuthProvider
  readonly client: { readonly id: string; readonly secret: Secret | null }
  /** By which the client that the sign-in was made with is known again; null until it is first stored. */
  readonly clientMark: string | null
  readonly tokens: TokenSet
  /** The refresh token before the last rotation, kept until the next one; null: there was none. */
  readonly formerRefreshToken: Secret | null
  readonly scopesRequested: readonly string[]
  readonly scopesGranted: readonly string[]
  /** `sub` of the ID token, to notice a sign-in as somebody else; null without OpenID. */
  readonly subject: string | null
  readonly obtainedAt: Date
  readonly refreshedAt: Date | null
}

/** The other key while a key is exchanged for a new one. */
export type KeyExchange =
  | { readonly kind: 'prepared'; readonly next: Secret; readonly expiry: Lifetime; readonly since: Date }
  | {
      readonly kind: 'switched'
      readonly former: Secret
      readonly formerExpiry: Lifetime
      readonly formerObtainedAt: Date
      readonly since: Date
      /** From then on the former key is not used again and is dropped. */
      readonly undoUntil: Date
    }

/** What the list may know of an exchange. */
export type ExchangeState =
  | { readonly kind: 'prepared'; readonly since: Date; readonly masked: string }
  | { readonly kind: 'switched'; readonly since: Date; readonly undoUntil: Date }

export type ApiKey = {
  readonly kind: 'api-key'
  readonly ref: CredentialRef
  readonly name: string
  readonly key: Secret
  /** Exact hosts the key may be sent to; empty: none yet. */
  readonly allowedHosts: readonly string[]
  readonly expiry: Lifetime
  readonly obtainedAt: Date
  /** In the same record as the key in use, so that a crash can not part them; null: no exchange is under way. */
  readonly rotation: KeyExchange | null
}

/** Tokens of an MCP server. Its host got them and renews them; Latchkey keeps them. */
export type McpToken = {
  readonly kind: 'mcp'
  readonly ref: CredentialRef
  /** The server's name exactly as its host wrote it; `ref` holds a form of it that can be stored. */
  readonly name: string
  readonly accessToken: Secret
  readonly refreshToken: Secret | null
  readonly tokenType: string
  readonly expiry: Lifetime
  readonly scopes: readonly string[]
  readonly clientId: string | null
  readonly tokenUrl: string | null
  readonly serverUrl: string | null
  readonly obtainedAt: Date
  readonly updatedAt: Date
}

/** A secret setting of an extension. */
export type ExtensionSecret = {
  readonly kind: 'extension'
  readonly ref: CredentialRef
  /** As shown: `Latchkey Extension {name}`. */
  readonly name: string
  /** The extension's name exactly as it was given; `ref` holds a form of it that can be stored. */
  readonly extension: string
  readonly value: Secret
  readonly obtainedAt: Date
}

/** What Latchkey keeps for somebody and has no way to renew. */
export type KeptSecret = ApiKey | McpToken | ExtensionSecret

export type Credential = OAuthGrant | KeptSecret

/** Scopes that a server wants beside those that were granted; absent: none is known of. */
type Lacking = { readonly lacks?: readonly string[] }

/** How the credential has been doing, as far as the vault knows without asking anybody. */
export type CredentialHealth =
  | ({ readonly kind: 'ok' } & Lacking)
  | ({ readonly kind: 'needs-sign-in'; readonly code: ProblemCode; readonly since: Date } & Lacking)
  | ({
      readonly kind: 'refresh-failing'
      readonly code: ProblemCode
      readonly failures: number
      readonly since: Date
      readonly nextTryAt: Date | null
      /** The provider asked to be left alone until then, by a person too; absent: it did not. */
      readonly notBefore?: Date
    } & Lacking)
  | { readonly kind: 'unreadable'; readonly code: ProblemCode }

/** The non-secret side of a credential, as the catalog keeps it. Listing reads these and never the keychain. */
export type CatalogEntry = {
  readonly ref: CredentialRef
  readonly kind: Credential['kind']
  readonly name: string
  /** The row the sign-in was made with, so that signing in again needs no secret; null for an API key. */
  readonly provider: OAuthProvider | null
  readonly clientId: string | null
  readonly scopesRequested: readonly string[]
  readonly scopesGranted: readonly string[]
  readonly allowedHosts: readonly string[]
  readonly expiry: Lifetime
  readonly issuedAt: Date
  readonly renewable: boolean
  /** As the server told it; absent: it did not. */
  readonly refreshEnd?: RefreshEnd
  readonly masked: string
  readonly backend: BackendId
  readonly obtainedAt: Date
  readonly refreshedAt: Date | null
  readonly lastUsedAt: Date | null
  readonly health: CredentialHealth
  /** Null: nothing is being exchanged. */
  readonly rotation: ExchangeState | null
}
