import type { BackendId, CredentialRef } from '#shared/credential.ts'
import type { DeviceCode } from '#shared/device-code.ts'
import type { DiscoveryReport } from '#shared/sign-in.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type {
  ApiKey,
  CatalogEntry,
  Credential,
  CredentialHealth,
  OAuthGrant,
  TokenSet
} from './credential-record.ts'
import type { McpAuthorization } from './sign-in/mcp-ports.ts'
import type { PasswordAuthorization } from './sign-in/password-ports.ts'
import type { OAuthProvider } from './provider.ts'
import type { Secret } from './secret.ts'

/** Wall clock and its alarms. */
export interface Clock {
  now(): Date
  /** Calls back once after `ms` (0 to 60,000; longer waits are cut up by the caller); returns the cancel. */
  after(ms: number, callback: () => void): () => void
}

/** By which a client is known again without keeping it: changes with its ID and its secret. */
export type ClientMark = (client: OAuthGrant['client']) => string

/** Random number in [0, 1), for jitter only. */
export type Random = () => number

/** Key → secret over one store. Every backend passes `describeSecretBackend`. */
export interface SecretBackend {
  readonly id: BackendId
  /** Null: there is no such key. Throws VaultError CREDENTIAL_UNREADABLE if there is one that can't be read. */
  get(key: string): Promise<string | null>
  /** Durable when it resolves. Throws KEYCHAIN_* or STORE_WRITE_FAILED; the old value is then unchanged. */
  set(key: string, value: string): Promise<void>
  /** False: there was nothing to delete. */
  delete(key: string): Promise<boolean>
  /** Sorted keys. */
  list(): Promise<string[]>
  /**
   * Removes what killed writers left half written, which may be secrets in clear. Absent: writes of this kind leave
   * nothing. Throws CREDENTIAL_UNREADABLE where it can not look.
   */
  tidy?(): Promise<void>
}

/** One at a time for each key, over every process that uses the home. */
export interface ProcessLock {
  /** Runs `task` while nobody else is inside with this key. Throws STORE_WRITE_FAILED if another stays for too long. */
  exclusive<T>(key: string, task: () => Promise<T>): Promise<T>
}

/** Why a backup may take the catalog's place: it can't be read, or lists nothing though Latchkey has removed nothing. */
export type RestoreReason = 'broken' | 'emptied'

/** Credentials: the secret side in the secure store, the other side in the catalog. */
export interface CredentialRepository {
  /** Null: no such credential. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*; nothing is ever deleted by a read. */
  load(ref: CredentialRef): Promise<Credential | null>
  /** This credential is about to be stored, and may be made ready for. Never throws, asks nobody and changes nothing. */
  prepare(ref: CredentialRef): void
  /** Replaces the whole record; durable, and the entry listed, when it resolves. Health becomes `ok`. */
  save(credential: Credential): Promise<CatalogEntry>
  /** False: there was none. */
  remove(ref: CredentialRef): Promise<boolean>
  /** From the catalog alone; never opens the keychain. */
  list(): readonly CatalogEntry[]
  find(ref: CredentialRef): CatalogEntry | null
  /** Null: no such entry. */
  setHealth(ref: CredentialRef, health: CredentialHealth): CatalogEntry | null
  setLastUsed(ref: CredentialRef, at: Date): CatalogEntry | null
  /** After a crash: finishes or undoes what was begun. Called once at start. */
  recover(): Promise<void>
  storageHealth(): Promise<StorageHealth>
  /** Resolves when no call to the store is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** `lacks`: scopes that the server wants beside those that were granted; absent: it named none. */
export type TokenAnswer = {
  readonly works: boolean
  readonly text: string
  readonly lacks?: readonly string[]
}

export type AuthorizationRequest = {
  readonly provider: OAuthProvider
  readonly client: { readonly id: string; readonly secret: Secret | null }
  readonly scopes: readonly string[]
  /** Set on a repeated sign-in: account to suggest to the provider (`login_hint`). */
  readonly loginHint: string | null
}

/** What redeeming a code brought. */
export type AuthorizedGrant = {
  readonly tokens: TokenSet
  readonly scopesGranted: readonly string[]
  /** From the ID token; null without OpenID. */
  readonly subject: string | null
  /** `email`, `preferred_username` or `name` of the ID token or `sub`, for the account's label. */
  readonly accountLabel: string | null
}

/** One attempt: its verifier, state, nonce and port live in one closure and end with it. */
export interface PendingAuthorization {
  /** The authorization URL, for the surface. */
  readonly url: string
  /** Where the answer is to come, which a pushed request hides from the URL; null: the attempt waits for a code. */
  readonly redirectUri: string | null
  /** Resolves once, when an answer with the right state has come, by the listener or by `submit`. */
  readonly answered: Promise<void>
  /** The pasted redirect URL. Throws INVALID_REQUEST if it does not belong to this attempt; the wait goes on. */
  submit(redirectUrl: string): void
  /** After `answered`: checks the answer and redeems the code. Throws SIGN_IN_DENIED, PROVIDER_*. */
  redeem(): Promise<AuthorizedGrant>
  /** Releases the port and forgets verifier and state. Idempotent. */
  close(): Promise<void>
}

/**
 * `slow-down`: the provider wants fewer questions. `intervalMs`: the pause it names from now on; `retryAfterMs`: before the
 * next one alone. Null: it names none.
 */
export type DeviceAnswer =
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'slow-down'
      readonly intervalMs: number | null
      readonly retryAfterMs: number | null
    }
  | { readonly kind: 'granted'; readonly grant: AuthorizedGrant }

/** One attempt by a code (RFC 8628). Its device code lives in one closure and ends with it. */
export interface DeviceAuthorization {
  /** Its addresses are https, or loopback where that is allowed. */
  readonly prompt: DeviceCode
  /** Pause before every question, the first one too. */
  readonly intervalMs: number
  /** How long the code can be used from now on. */
  readonly lifetimeMs: number
  /**
   * Asks once whether the person has allowed it. Throws PROVIDER_UNREACHABLE when nothing was learned and the same
   * question may be asked again; SIGN_IN_DENIED, SIGN_IN_TIMED_OUT and PROVIDER_REFUSED are the end.
   */
  ask(): Promise<DeviceAnswer>
  /** Ends a question under way and forgets the device code. Idempotent. */
  close(): void
}

export interface OAuthClient extends McpAuthorization, PasswordAuthorization {
  discover(issuer: string): Promise<DiscoveryReport>
  begin(request: AuthorizationRequest): Promise<PendingAuthorization>
  /** Throws PROVIDER_REFUSED if the provider signs nobody in by a code, or not this client; PROVIDER_UNREACHABLE. */
  beginDevice(request: AuthorizationRequest): Promise<DeviceAuthorization>
  /** Whether `beginDevice` is worth trying: the provider's row or its metadata names the endpoint. Throws as `discover`. */
  offersDevice(provider: OAuthProvider): Promise<boolean>
  /**
   * One network refresh. Calls `onSend` right before the refresh token leaves; what it throws is thrown and nothing
   * is sent. Throws VaultError REFRESH_REJECTED (`invalid_grant` and nothing else), REFRESH_UNREACHABLE (network,
   * 408, 429, 5xx, HTML: retry later) or PROVIDER_REFUSED (every other answer).
   */
  refresh(
    grant: OAuthGrant,
    onSend: () => void
  ): Promise<{ tokens: TokenSet; scopesGranted: readonly string[] }>
  /** RFC 7009, refresh token first; at Supabase Auth the session. `unsupported`: the provider revokes nothing. Never throws. */
  revoke(grant: OAuthGrant): Promise<'yes' | 'no' | 'unsupported'>
  /** Asks who the access token is for, else the provider that gave it. Throws PROVIDER_UNREACHABLE. */
  check(grant: OAuthGrant, accessToken: Secret): Promise<TokenAnswer>
}

/** What a service said of a key. `unknown`: nothing that tells whether the key works. */
export type KeyAnswer = { readonly works: 'yes' | 'no' | 'unknown'; readonly text: string }

/** Asks the service of a key about it, with one request that changes nothing. */
export interface KeyChecker {
  /** Null: no such request is known for this service and the hosts allowed; nothing was sent. Never throws. */
  check(holder: Pick<ApiKey, 'ref' | 'allowedHosts'>, key: Secret): Promise<KeyAnswer | null>
}
