import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential, OAuthGrant, CatalogEntry } from '../credential-record.ts'
import { GrantRefresher } from './grant-refresher.ts'
import { KeyedQueue } from '../keyed-queue.ts'
import { isFresh, isExpired } from './lifetime.ts'
import { readOr, type RefreshJournal } from './refresh-journal.ts'
import { RefreshGate } from './refresh-gate.ts'
import type { Secret } from '../secret.ts'
import { type TokenNeed, isInTime, isStillGood, readyToken, requireScope } from './token-choice.ts'
import { noSignIn, notRenewable } from './token-problem.ts'
import { TokenUse } from './token-use.ts'
import type { Clock, ClientMark, CredentialRepository, ProcessLock, Random } from '../ports.ts'
import type { OAuthClient } from '../oauth-client.ts'

type TokenServicePorts = {
  readonly repository: CredentialRepository
  readonly oauth: OAuthClient
  readonly journal: RefreshJournal
  readonly clientMark: ClientMark
  readonly clock: Clock
  readonly random: Random
  /**
   * Lock from reading a grant to saving its successor, so that two processes never spend the same refresh
   * token.
   */
  readonly lock: ProcessLock
  /** A refresh of this credential began at that time, or, with null, ended. */
  readonly onRefreshing: (ref: CredentialRef, since: Date | null) => void
}

/** Hands out access tokens and keys, refreshed where needed. Refresh tokens are spent only here. */
export class TokenService {
  readonly #ports: TokenServicePorts
  readonly #refresher: GrantRefresher
  readonly #gate: RefreshGate
  readonly #use: TokenUse
  readonly #queue = new KeyedQueue()

  constructor(ports: TokenServicePorts) {
    this.#ports = ports
    this.#refresher = new GrantRefresher(ports)
    this.#gate = new RefreshGate(ports, this.#refresher)
    this.#use = new TokenUse(ports)
  }

  /**
   * Returns a token that may be used now; a refreshed token is saved durably before it is returned. Throws
   * SIGN_IN_REQUIRED (nothing stored, or expired without a refresh token), SCOPE_MISSING (before a refresh
   * token is spent), CREDENTIAL_UNREADABLE, KEYCHAIN_* and as `GrantRefresher.renew`.
   */
  async getToken(ref: CredentialRef, need: TokenNeed = {}): Promise<Secret> {
    const ready = this.#ready(await this.#read(ref), need)
    if (ready !== null) return this.#use.noted(ref, ready)
    const renewed = await this.inTurn(ref, async () => {
      const again = await this.#read(ref)
      const meanwhile = this.#ready(again, need)
      return meanwhile ?? (await this.#renewed(again, need))
    })
    return this.#use.noted(ref, renewed)
  }

  /**
   * Refreshes a grant if its expiry or its provider's idle limit is near and a try is allowed; else does
   * nothing. Throws as `getToken`.
   */
  async keepFresh(ref: CredentialRef): Promise<void> {
    await this.inTurn(ref, async () => {
      const held = await this.#read(ref)
      if (held.kind !== 'oauth' || held.tokens.refreshToken === null) return
      const isDue = isInTime(held, this.#ports.clock.now()) || this.#refresher.unsaved.of(ref) !== null
      if (isDue && this.#gate.mayTry(ref) && !this.#gate.isTooSoon(ref)) await this.#saveThenRenew(held)
    })
  }

  /**
   * Refreshes at once at a person's request. Throws INVALID_REQUEST for an API key, SIGN_IN_REQUIRED without
   * a refresh token, REFRESH_UNREACHABLE while the provider's Retry-After lasts, else as `getToken`.
   */
  async refresh(ref: CredentialRef): Promise<void> {
    await this.inTurn(ref, async () => {
      const held = await this.#read(ref)
      if (held.kind !== 'oauth') throw notRenewable()
      this.#gate.requireNewest(ref)
      if (this.#refresher.unsaved.of(ref) !== null) await this.#refresher.unsaved.saveAgain(held)
      else if (this.#refresher.health.notBefore(ref) !== null) throw new VaultError('REFRESH_UNREACHABLE')
      else await this.#refresher.renew(held)
    })
  }

  /**
   * Refreshes all credentials that can be refreshed and do not wait for a sign-in. Single failures are
   * counted.
   */
  async refreshAll(): Promise<{ refreshed: number; failed: number }> {
    return await refreshEach(this.#ports.repository.list(), (ref) => this.refresh(ref))
  }

  /**
   * Resumes the refreshes that a crash interrupted, at the start: those with a saved outcome are settled, the
   * others are tried once more with the same token. Never throws; the outcome is in each credential's health.
   */
  async resume(): Promise<void> {
    const cutOff = readOr([], () => this.#ports.journal.open())
    await Promise.allSettled(cutOff.map((ref) => this.inTurn(ref, () => this.#resume(ref))))
  }

  /** Runs `task` after all work under way for the credential. Resolves or rejects as `task` does. */
  inTurn<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T> {
    const key = credentialKey(ref)
    return this.#queue.run(key, () => this.#ports.lock.exclusive(key, task))
  }

  /**
   * Runs `task`, which replaces or removes the credential, after all work under way for it, so that a late
   * refresh cannot overwrite it. Resolves or rejects as `task` does.
   */
  async exclusively<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T> {
    return await this.inTurn(ref, async () => {
      const result = await task()
      this.#refresher.forget(ref)
      this.#use.forget(ref)
      return result
    })
  }

  /**
   * Runs, as `exclusively`, a `task` that saves the same tokens with other data beside them; an interrupted
   * refresh of the tokens stays in the journal. Throws the error of the store while another process tries to
   * save their successor.
   */
  async amend<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T> {
    return await this.inTurn(ref, async () => {
      this.#gate.requireNewest(ref)
      const result = await task()
      this.#refresher.forgetTries(ref)
      return result
    })
  }

  /**
   * Returns the newest credential, also with a rotated token that could not be saved yet. For a task that
   * runs `exclusively`. Null: no such credential. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*.
   */
  async current(ref: CredentialRef): Promise<Credential | null> {
    return await this.#refresher.unsaved.newest(ref)
  }

  /**
   * Returns the private key that the tokens of a grant are bound to (RFC 9449); it is the same for the whole life of
   * the grant. Null: they are not bound. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*.
   */
  async proofKey(ref: CredentialRef): Promise<Secret | null> {
    const held = await this.current(ref)
    if (held?.kind !== 'oauth' || held.tokens.tokenType.toLowerCase() !== 'dpop') return null
    return held.tokens.dpopKey ?? null
  }

  /** True if a token is available without a sign-in, as far as the catalog knows. */
  isAuthenticated(ref: CredentialRef): boolean {
    const entry = this.#ports.repository.find(ref)
    return entry !== null && isUsable(entry, this.#ports.clock.now())
  }

  /**
   * Returns metadata from the catalog; never opens the keychain and never holds a token. Null: no such
   * credential.
   */
  cachedMetadata(ref: CredentialRef): TokenMetadata | null {
    const entry = this.#ports.repository.find(ref)
    return entry && metadataOf(entry)
  }

  /** Allows again the refreshes whose waiting time passed during a sleep. */
  wake(): void {
    this.#refresher.limit.wake()
  }

  /** Resolves when all work has ended. Grants that are not saved yet get a last try. */
  async close(): Promise<void> {
    await this.#queue.idle()
    await this.#refresher.unsaved.saveAll((ref, task) => this.inTurn(ref, task))
    this.#refresher.limit.close()
  }

  async #resume(ref: CredentialRef): Promise<void> {
    const held = await this.current(ref)
    if (held?.kind !== 'oauth') this.#ports.journal.settle(ref)
    else if (this.#refresher.isInterrupted(held) && this.#gate.mayTry(ref)) await this.#saveThenRenew(held)
  }

  #ready(held: Credential, need: TokenNeed): Secret | null {
    return readyToken(held, need, this.#ports.clock.now())
  }

  async #renewed(held: Credential, need: TokenNeed): Promise<Secret> {
    if (held.kind !== 'oauth') throw notRenewable()
    try {
      this.#gate.requireTry(held.ref)
      // A token that was refreshed a moment ago is the newest, whatever a clock or an API says of it.
      if (this.#gate.isTooSoon(held.ref)) return held.tokens.accessToken
      const renewed = await this.#saveThenRenew(held)
      requireScope(renewed, need)
      return renewed.tokens.accessToken
    } catch (error) {
      if (!isStillGood(held, need, error, this.#ports.clock.now())) throw error
      return held.tokens.accessToken
    }
  }

  /** Saves a rotated token that is not saved yet; only then is its grant refreshed further. */
  async #saveThenRenew(held: OAuthGrant): Promise<OAuthGrant> {
    if (this.#refresher.unsaved.of(held.ref) !== null) {
      await this.#refresher.unsaved.saveAgain(held)
      if (isFresh(held.tokens, this.#ports.clock.now()) || this.#gate.isTooSoon(held.ref)) return held
    }
    return await this.#refresher.renew(held)
  }

  async #read(ref: CredentialRef): Promise<Credential> {
    const held = await this.current(ref)
    if (held === null) throw noSignIn(ref)
    return held
  }
}

/** Refreshes the entries that can be refreshed and do not wait for a sign-in, and counts the outcomes. */
async function refreshEach(
  entries: readonly CatalogEntry[],
  refresh: (ref: CredentialRef) => Promise<void>
): Promise<{ refreshed: number; failed: number }> {
  const due = entries.filter((entry) => entry.renewable && entry.health.kind !== 'needs-sign-in')
  const results = await Promise.allSettled(due.map((entry) => refresh(entry.ref)))
  const refreshed = results.filter((result) => result.status === 'fulfilled').length
  return { refreshed, failed: results.length - refreshed }
}

/** Metadata that is known without opening the keychain. Holds no token. */
type TokenMetadata = {
  readonly expiresAt: Date | null
  readonly scopes: readonly string[]
  readonly createdAt: Date
  readonly hasRefreshToken: boolean
}

function metadataOf(entry: CatalogEntry): TokenMetadata {
  return {
    expiresAt: entry.expiry.kind === 'at' ? entry.expiry.at : null,
    scopes: entry.scopesGranted,
    createdAt: entry.obtainedAt,
    hasRefreshToken: entry.renewable
  }
}

/** True if a token is available without a sign-in, as far as the catalog knows. */
function isUsable(entry: CatalogEntry, now: Date): boolean {
  if (entry.health.kind === 'needs-sign-in' || entry.health.kind === 'unreadable') return false
  return entry.renewable || !isExpired(entry.expiry, now)
}
