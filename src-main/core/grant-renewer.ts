import { credentialKey } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { ProblemCode } from '#shared/problem.ts'
import type { CredentialHealth, OAuthGrant } from './credential-record.ts'
import { HOUR, SECOND, isFresh, retryDelay } from './lifetime.ts'
import type { Clock, CredentialRepository, OAuthClient, Random } from './ports.ts'
import { signInExpired } from './token-problem.ts'
import { retryAfterOf } from './transport-error.ts'

const SUSPECT_TRIES = 3
const SUSPECT_SPACING = 30 * SECOND

/** `isStored`: another writer was faster and its grant was read back. */
type Renewal = { readonly renewed: OAuthGrant; readonly isStored: boolean }

type Ports = {
  readonly repository: CredentialRepository
  readonly oauth: OAuthClient
  readonly clock: Clock
  readonly random: Random
  readonly onChange: (ref: CredentialRef) => void
}

/**
 * Spends refresh tokens: one network refresh, the answer stored before anybody gets it, and the outcome written to
 * the credential's health. Callers hold the credential's turn in the queue. No failure deletes anything.
 */
export class GrantRenewer {
  readonly #ports: Ports
  /** Rotated but not stored yet. The only place that has the new refresh token, so nothing renews it further. */
  readonly #unsaved = new Map<string, OAuthGrant>()
  readonly #busySince = new Map<string, Date>()
  readonly #notBefore = new Map<string, Date>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** The grant whose store failed; null when what is stored is the newest. */
  unsaved(ref: CredentialRef): OAuthGrant | null {
    return this.#unsaved.get(credentialKey(ref)) ?? null
  }

  /** When the running network refresh began; null when none runs. */
  busySince(ref: CredentialRef): Date | null {
    return this.#busySince.get(credentialKey(ref)) ?? null
  }

  /** Until when the provider asked to be left alone, by `Retry-After`; null when it did not or the time has come. */
  notBefore(ref: CredentialRef): Date | null {
    const until = this.#notBefore.get(credentialKey(ref)) ?? null
    if (until === null) return null
    const wait = until.getTime() - this.#ports.clock.now().getTime()
    return wait > 0 && wait <= HOUR ? until : null
  }

  /** Forgets what is kept in memory: the credential was replaced or removed. */
  forget(ref: CredentialRef): void {
    const key = credentialKey(ref)
    this.#unsaved.delete(key)
    this.#notBefore.delete(key)
  }

  /**
   * Returns the renewed grant; when storing it failed, the grant stays in memory and is returned all the same.
   * Throws SIGN_IN_REQUIRED without a refresh token, else REFRESH_REJECTED, REFRESH_UNREACHABLE, PROVIDER_REFUSED.
   */
  async renew(grant: OAuthGrant): Promise<OAuthGrant> {
    if (grant.tokens.refreshToken === null) throw signInExpired(grant.ref)
    const { renewed, isStored } = await this.#refreshOnce(grant)
    return isStored ? renewed : await this.#store(renewed)
  }

  /** Tries again to store a grant whose store failed. Throws STORE_WRITE_FAILED or KEYCHAIN_*. */
  async saveAgain(grant: OAuthGrant): Promise<void> {
    try {
      await this.#ports.repository.save(grant)
    } catch (error) {
      this.#noteFailure(grant.ref, codeOf(error, 'STORE_WRITE_FAILED'), null)
      throw error
    }
    this.#unsaved.delete(credentialKey(grant.ref))
    this.#ports.onChange(grant.ref)
  }

  async #refreshOnce(grant: OAuthGrant): Promise<Renewal> {
    const key = credentialKey(grant.ref)
    this.#busySince.set(key, this.#ports.clock.now())
    this.#ports.onChange(grant.ref)
    try {
      return await this.#askOrReread(grant)
    } catch (error) {
      this.#noteRefusal(grant.ref, error)
      throw error
    } finally {
      this.#busySince.delete(key)
      this.#ports.onChange(grant.ref)
    }
  }

  /** `invalid_grant` may only mean that another writer has rotated the token: look once what is stored now. */
  async #askOrReread(grant: OAuthGrant): Promise<Renewal> {
    try {
      return { renewed: await this.#ask(grant), isStored: false }
    } catch (error) {
      if (codeOf(error, 'INTERNAL') !== 'REFRESH_REJECTED') throw error
      const stored = await this.#ports.repository.load(grant.ref).catch(() => null)
      if (stored?.kind !== 'oauth' || sameRefreshToken(stored, grant)) throw error
      if (isFresh(stored.tokens, this.#ports.clock.now())) return { renewed: stored, isStored: true }
      return { renewed: await this.#ask(stored), isStored: false }
    }
  }

  async #ask(grant: OAuthGrant): Promise<OAuthGrant> {
    const answer = await this.#ports.oauth.refresh(grant)
    // RFC 6749 section 6: a new refresh token is optional; without one the old one stays good.
    const refreshToken = answer.tokens.refreshToken ?? grant.tokens.refreshToken
    return {
      ...grant,
      tokens: { ...answer.tokens, refreshToken },
      scopesGranted: answer.scopesGranted,
      refreshedAt: this.#ports.clock.now()
    }
  }

  async #store(grant: OAuthGrant): Promise<OAuthGrant> {
    this.#notBefore.delete(credentialKey(grant.ref))
    this.#unsaved.set(credentialKey(grant.ref), grant)
    await this.saveAgain(grant).catch(() => undefined)
    return grant
  }

  #noteRefusal(ref: CredentialRef, error: unknown): void {
    const code = codeOf(error, 'INTERNAL')
    if (code === 'REFRESH_REJECTED') {
      this.#mark(ref, { kind: 'needs-sign-in', code, since: this.#ports.clock.now() })
    } else if (code === 'REFRESH_UNREACHABLE' || code === 'PROVIDER_REFUSED') {
      this.#noteFailure(ref, code, retryAfterOf(error))
    }
  }

  #noteFailure(ref: CredentialRef, code: ProblemCode, retryAfterMs: number | null): void {
    const { clock, random, repository } = this.#ports
    const before = repository.find(ref)?.health
    const failing = before?.kind === 'refresh-failing' ? before : null
    const failures = failing?.code === code ? failing.failures + 1 : 1
    const now = clock.now()
    const floor = code === 'PROVIDER_REFUSED' ? SUSPECT_SPACING : 0
    const delay = Math.max(floor, retryDelay(failures, random(), retryAfterMs))
    const givenUp = code === 'PROVIDER_REFUSED' && failures >= SUSPECT_TRIES
    const nextTryAt = givenUp ? null : new Date(now.getTime() + delay)
    if (retryAfterMs !== null) this.#notBefore.set(credentialKey(ref), new Date(now.getTime() + delay))
    this.#mark(ref, { kind: 'refresh-failing', code, failures, since: failing?.since ?? now, nextTryAt })
  }

  /** On a full disk the catalog can not be written either; that must not hide the error it is about. */
  #mark(ref: CredentialRef, health: CredentialHealth): void {
    try {
      this.#ports.repository.setHealth(ref, health)
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
    }
    this.#ports.onChange(ref)
  }
}

function codeOf(error: unknown, otherwise: ProblemCode): ProblemCode {
  return error instanceof VaultError ? error.code : otherwise
}

function sameRefreshToken(one: OAuthGrant, other: OAuthGrant): boolean {
  const [a, b] = [one.tokens.refreshToken, other.tokens.refreshToken]
  return a === null || b === null ? a === b : a.equals(b)
}
