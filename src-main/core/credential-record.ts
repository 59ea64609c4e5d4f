import type { BackendId, CredentialRef } from '#shared/credential.ts'
import type { EntryLabels } from '#shared/entry-labels.ts'
import type { ProblemCode } from '#shared/problem.ts'
import type { OAuthProvider } from './provider.ts'
import type { Secret } from './secret.ts'

/** Expiry of a token or key. `unknown`: the provider named none, so nothing is scheduled for it. */
export type Lifetime =
  | { readonly kind: 'at'; readonly at: Date }
  | { readonly kind: 'never' }
  | { readonly kind: 'unknown' }

/**
 * Expiry of a refresh token, as its server named it. `toldAt`: start of the request whose answer named it.
 */
export type RefreshEnd =
  | { readonly kind: 'at'; readonly at: Date; readonly toldAt: Date }
  | { readonly kind: 'never' }

/** A token response (RFC 6749 section 5.1), parsed and repaired. */
export type TokenSet = {
  readonly accessToken: Secret
  readonly refreshToken: Secret | null
  /** Token type as the provider spells it. Latchkey sends an access token as Bearer (RFC 6750) unless it is DPoP. */
  readonly tokenType: string
  readonly expiry: Lifetime
  /**
   * Private key that the tokens are bound to (RFC 9449), for the whole life of the grant. Absent: they are
   * not bound.
   */
  readonly dpopKey?: Secret
  /**
   * Expiry of the refresh token. Absent: the server named none. An expired one is tried all the same: only a
   * refusal by the provider ends a grant.
   */
  readonly refreshEnd?: RefreshEnd
  /** Start of the request that brought this access token, by the local clock. */
  readonly issuedAt: Date
}

/**
 * The result of one sign-in. Access and refresh token are in one record, so that they always belong together.
 */
export type OAuthGrant = {
  readonly kind: 'oauth'
  readonly ref: CredentialRef
  readonly provider: OAuthProvider
  readonly client: { readonly id: string; readonly secret: Secret | null }
  /** Mark that identifies the client of the sign-in. Null until the grant is first saved. */
  readonly clientMark: string | null
  readonly tokens: TokenSet
  /** Refresh token before the last rotation, kept until the next rotation. Null: the grant has not rotated yet. */
  readonly formerRefreshToken: Secret | null
  readonly scopesRequested: readonly string[]
  readonly scopesGranted: readonly string[]
  /** `sub` of the ID token, to notice a sign-in by another person. Null without OpenID. */
  readonly subject: string | null
  readonly obtainedAt: Date
  readonly refreshedAt: Date | null
}

/** The second key while an API key is replaced by a new one. */
export type KeyExchange =
  | { readonly kind: 'prepared'; readonly next: Secret; readonly expiry: Lifetime; readonly since: Date }
  | {
      readonly kind: 'switched'
      readonly former: Secret
      readonly formerExpiry: Lifetime
      readonly formerObtainedAt: Date
      readonly since: Date
      /** Time at which the former key is dropped and the switch can no longer be undone. */
      readonly undoUntil: Date
    }

/** The non-secret side of a key exchange, for the list. */
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
  /** Scopes of a token that a program handed in (`GivenTokens`). Absent: a person added the key, and it has no scopes. */
  readonly scopes?: readonly string[]
  readonly obtainedAt: Date
  /**
   * Exchange under way, in the same record as the key in use so that a crash cannot separate the two keys.
   * Null: none.
   */
  readonly rotation: KeyExchange | null
}

/** What signs a request to AWS (Signature Version 4). */
export type AwsSigner = {
  /** Names the key at AWS; not secret. */
  readonly accessKeyId: string
  readonly secretKey: Secret
  /** Goes with keys that end. Null: they are long-term keys. */
  readonly sessionToken: Secret | null
}

/** Keys that AWS made for a while. */
export type AwsSession = AwsSigner & { readonly sessionToken: Secret; readonly until: Date }

/**
 * Access keys of AWS. They sign requests and are never sent; what a program is given is a session where there is a
 * role or an MFA device, else the pair itself.
 */
export type AwsKeys = AwsSigner & {
  readonly kind: 'aws'
  readonly ref: CredentialRef
  readonly name: string
  readonly expiry: Lifetime
  /** ARN of the role that sessions are made for. Null: sessions are those of the user. */
  readonly roleArn: string | null
  /** Serial number or ARN of the MFA device whose code a session needs. Null: it needs none. */
  readonly mfaSerial: string | null
  /** Region whose STS is asked. Null: us-east-1, by the global address. */
  readonly region: string | null
  /** Address of another STS, such as one inside a private network. Null: that of AWS. */
  readonly endpoint: string | null
  /** The session that the last code of the MFA device opened. Null: none was. */
  readonly session: AwsSession | null
  readonly obtainedAt: Date
}

/** Tokens of an MCP server. The MCP host obtains and refreshes them; Latchkey only keeps them. */
export type McpToken = {
  readonly kind: 'mcp'
  readonly ref: CredentialRef
  /** Name of the server exactly as the MCP host wrote it; `ref` holds a form of it that can be stored. */
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
  /** Displayed name: `Latchkey Extension {name}`. */
  readonly name: string
  /** Name of the extension exactly as it was given; `ref` holds a form of it that can be stored. */
  readonly extension: string
  readonly value: Secret
  readonly obtainedAt: Date
}

/** A secret that Latchkey keeps and cannot refresh. */
export type KeptSecret = ApiKey | AwsKeys | McpToken | ExtensionSecret

export type Credential = OAuthGrant | KeptSecret

/** Scopes that a server wants beyond the granted ones. Absent: none known. */
type Lacking = { readonly lacks?: readonly string[] }

/** State of a credential, as far as the vault knows without a request. */
export type CredentialHealth =
  | ({ readonly kind: 'ok' } & Lacking)
  | ({ readonly kind: 'needs-sign-in'; readonly code: ProblemCode; readonly since: Date } & Lacking)
  | ({
      readonly kind: 'refresh-failing'
      readonly code: ProblemCode
      readonly failures: number
      readonly since: Date
      readonly nextTryAt: Date | null
      /**
       * Time before which the provider wants no request, not even one that a person starts. Absent: it named
       * none.
       */
      readonly notBefore?: Date
    } & Lacking)
  | { readonly kind: 'unreadable'; readonly code: ProblemCode }

/**
 * The non-secret side of a credential, as the catalog keeps it. Listing reads these and never the keychain.
 */
export type CatalogEntry = {
  readonly ref: CredentialRef
  readonly kind: Credential['kind']
  readonly name: string
  /** Provider row of the sign-in, so that signing in again needs no secret. Null for an API key. */
  readonly provider: OAuthProvider | null
  readonly clientId: string | null
  readonly scopesRequested: readonly string[]
  readonly scopesGranted: readonly string[]
  readonly allowedHosts: readonly string[]
  readonly expiry: Lifetime
  readonly issuedAt: Date
  readonly renewable: boolean
  /** Expiry of the refresh token, as the server named it. Absent: it named none. */
  readonly refreshEnd?: RefreshEnd
  readonly masked: string
  readonly backend: BackendId
  readonly obtainedAt: Date
  readonly refreshedAt: Date | null
  readonly lastUsedAt: Date | null
  readonly health: CredentialHealth
  /** Null: no key exchange is under way. */
  readonly rotation: ExchangeState | null
  /** What the person has written about it. Absent: nothing. */
  readonly labels?: EntryLabels
}
