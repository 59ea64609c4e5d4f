import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential, OAuthGrant, CatalogEntry } from '../credential-record.ts'
import { GrantRenewer } from './grant-renewer.ts'
import { KeyedQueue } from '../keyed-queue.ts'
import { isFresh, isExpired } from './lifetime.ts'
import { readOr, type RefreshJournal } from './refresh-journal.ts'
import { RenewalGate } from './renewal-gate.ts'
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
  /** Held from reading a grant to storing its successor, so that two processes never spend one refresh token. */
  readonly lock: ProcessLock
  /** A refresh of this credential began or ended. */
  readonly onRefreshing: (ref: CredentialRef) => void
}

/** Hands out access tokens and keys, renewed where needed: the one place where a refresh token may be spent. */
export class TokenService {
  readonly #ports: TokenServicePorts
  readonly #renewer: GrantRenewer
  readonly #gate: RenewalGate
  readonly #use: TokenUse
  readonly #queue = new KeyedQueue()

  constructor(ports: TokenServicePorts) {
    this.#ports = ports
    this.#renewer = new GrantRenewer(ports)
    this.#gate = new RenewalGate(ports, this.#renewer)
    this.#use = new TokenUse(ports)
  }

  /**
   * A token that may be used now. A renewed one is stored durably before it is returned. Throws SIGN_IN_REQUIRED
   * (nothing stored, or expired without a refresh token), SCOPE_MISSING (before a refresh token is spent),
   * CREDENTIAL_UNREADABLE, KEYCHAIN_* and what `GrantRenewer.renew` throws.
   */
  async getToken(ref: CredentialRef, need: TokenNeed = {}): Promise<Secret> {
    const ready = this.#ready(await this.#read(ref), need)
    if (ready !== null) return this.#use.noted(ref, ready)
    const renewed = await this.#inTurn(ref, async () => {
      const again = await this.#read(ref)
      const meanwhile = this.#ready(again, need)
      return meanwhile ?? (await this.#renewed(again, need))
    })
    return this.#use.noted(ref, renewed)
  }

  /**
   * Renews if that is due, by the end of its token or by its provider's limit for what nobody uses, and a try is
   * allowed; else does nothing. Throws as `getToken`.
   */
  async keepFresh(ref: CredentialRef): Promise<void> {
    await this.#inTurn(ref, async () => {
      const held = await this.#read(ref)
      if (held.kind !== 'oauth' || held.tokens.refreshToken === null) return
      const isDue = isInTime(held, this.#ports.clock.now()) || this.#renewer.unsaved.of(ref) !== null
      if (isDue && this.#gate.mayTry(ref) && !this.#gate.isTooSoon(ref)) await this.#saveThenRenew(held)
    })
  }

  /**
   * Renews at once because a person asked for it. Throws INVALID_REQUEST for an API key, SIGN_IN_REQUIRED without
   * a refresh token, REFRESH_UNREACHABLE while the provider's Retry-After lasts, else as `getToken`.
   */
  async refresh(ref: CredentialRef): Promise<void> {
    await this.#inTurn(ref, async () => {
      const held = await this.#read(ref)
      if (held.kind !== 'oauth') throw notRenewable()
      this.#gate.requireNewest(ref)
      if (this.#renewer.unsaved.of(ref) !== null) await this.#renewer.unsaved.saveAgain(held)
      else if (this.#renewer.health.notBefore(ref) !== null) throw new VaultError('REFRESH_UNREACHABLE')
      else await this.#renewer.renew(held)
    })
  }

  /** Renews everything that can be renewed and is not waiting for a sign-in. Never throws for a single one. */
  async refreshAll(): Promise<{ refreshed: number; failed: number }> {
    return await renewAll(this.#ports.repository.list(), (ref) => this.refresh(ref))
  }

  /**
   * Takes up the refreshes that a crash has cut off: what was stored in time is settled, the others are tried once
   * more with the same token. For the start; never throws, and the outcome is in each credential's health.
   */
  async resume(): Promise<void> {
    const cutOff = readOr([], () => this.#ports.journal.open())
    await Promise.allSettled(cutOff.map((ref) => this.#inTurn(ref, () => this.#resume(ref))))
  }

  /**
   * Runs `task`, which replaces or removes the credential, after whatever is under way for it, so that a refresh
   * that ends late can not write over it. Resolves or rejects as `task` does.
   */
  async exclusively<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T> {
    return await this.#inTurn(ref, async () => {
      const result = await task()
      this.#renewer.forget(ref)
      this.#use.forget(ref)
      return result
    })
  }

  /**
   * As above for a `task` that stores the same tokens with something else beside them: a refresh of theirs that was cut
   * off stays written down. Throws what is wrong with the store while another process tries to store their successor.
   */
  async amend<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T> {
    return await this.#inTurn(ref, async () => {
      this.#gate.requireNewest(ref)
      const result = await task()
      this.#renewer.forgetTries(ref)
      return result
    })
  }

  /**
   * The credential as it really is, with a rotated token that could not be stored yet. For a task that runs
   * `exclusively`. Null: no such credential. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*.
   */
  async current(ref: CredentialRef): Promise<Credential | null> {
    return await this.#renewer.unsaved.newest(ref)
  }

  /** True if a token can be had without a sign-in, as far as is known without asking anybody. */
  isAuthenticated(ref: CredentialRef): boolean {
    const entry = this.#ports.repository.find(ref)
    return entry !== null && isUsable(entry, this.#ports.clock.now())
  }

  /** Null: no such credential. Never opens the keychain and never holds a token. */
  cachedMetadata(ref: CredentialRef): TokenMetadata | null {
    const entry = this.#ports.repository.find(ref)
    return entry && metadataOf(entry)
  }

  /** When the network refresh that is running began; null: none is. */
  inFlight(ref: CredentialRef): Date | null {
    return this.#renewer.busySince(ref)
  }

  /** After a sleep: what was held back for a time that has passed meanwhile may be tried. */
  wake(): void {
    this.#renewer.limit.wake()
  }

  /** Resolves when nothing is running any more. What could not be stored has its last try. */
  async close(): Promise<void> {
    await this.#queue.idle()
    await this.#renewer.unsaved.saveAll((ref, task) => this.#inTurn(ref, task))
    this.#renewer.limit.close()
  }

  async #resume(ref: CredentialRef): Promise<void> {
    const held = await this.current(ref)
    if (held?.kind !== 'oauth') this.#ports.journal.settle(ref)
    else if (this.#renewer.isInterrupted(held) && this.#gate.mayTry(ref)) await this.#saveThenRenew(held)
  }

  #inTurn<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T> {
    const key = credentialKey(ref)
    return this.#queue.run(key, () => this.#ports.lock.exclusive(key, task))
  }

  #ready(held: Credential, need: TokenNeed): Secret | null {
    return readyToken(held, need, this.#ports.clock.now())
  }

  async #renewed(held: Credential, need: TokenNeed): Promise<Secret> {
    if (held.kind !== 'oauth') throw notRenewable()
    try {
      this.#gate.requireTry(held.ref)
      // Newer than what was renewed a moment ago there is nothing, whatever a clock or an API says of it.
      if (this.#gate.isTooSoon(held.ref)) return held.tokens.accessToken
      const renewed = await this.#saveThenRenew(held)
      requireScope(renewed, need)
      return renewed.tokens.accessToken
    } catch (error) {
      if (!isStillGood(held, need, error, this.#ports.clock.now())) throw error
      return held.tokens.accessToken
    }
  }

  /** A rotated token that is not stored yet is stored first; until then its grant is not renewed any further. */
  async #saveThenRenew(held: OAuthGrant): Promise<OAuthGrant> {
    if (this.#renewer.unsaved.of(held.ref) !== null) {
      await this.#renewer.unsaved.saveAgain(held)
      if (isFresh(held.tokens, this.#ports.clock.now()) || this.#gate.isTooSoon(held.ref)) return held
    }
    return await this.#renewer.renew(held)
  }

  async #read(ref: CredentialRef): Promise<Credential> {
    const held = await this.current(ref)
    if (held === null) throw noSignIn(ref)
    return held
  }
}

/** Renews what can be renewed and is not waiting for a sign-in, and counts the ends. Never throws for a single one. */
async function renewAll(
  entries: readonly CatalogEntry[],
  refresh: (ref: CredentialRef) => Promise<void>
): Promise<{ refreshed: number; failed: number }> {
  const due = entries.filter((entry) => entry.renewable && entry.health.kind !== 'needs-sign-in')
  const results = await Promise.allSettled(due.map((entry) => refresh(entry.ref)))
  const refreshed = results.filter((result) => result.status === 'fulfilled').length
  return { refreshed, failed: results.length - refreshed }
}

/** What may be known without opening the keychain. Holds no token. */
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

/** True if a token can be had without a sign-in, as far as is known without asking anybody. */
function isUsable(entry: CatalogEntry, now: Date): boolean {
  if (entry.health.kind === 'needs-sign-in' || entry.health.kind === 'unreadable') return false
  return entry.renewable || !isExpired(entry.expiry, now)
}
