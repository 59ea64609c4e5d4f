import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import type { OAuthGrant } from '../credential-record.ts'
import { GrantHealth, codeOf } from './grant-health.ts'
import { MINUTE, isFresh, endAfterRenewal } from './lifetime.ts'
import type { Clock, ClientMark, CredentialRepository, Random } from '../ports.ts'
import { type RefreshJournal, quietly } from './refresh-journal.ts'
import { RefreshLimit } from './refresh-limit.ts'
import type { Secret } from '../secret.ts'
import { sameRefreshToken } from './token-choice.ts'
import { reasonOf, signInExpired } from './token-problem.ts'
import { isBrokenConnection, mayHaveArrived, rotatedAlone } from './transport-error.ts'
import { UnsavedGrants } from './unsaved-grants.ts'
import type { OAuthClient } from '../oauth-client.ts'

/** How long after a rotation the token before it is worth a try: no grace period that is known is longer. */
const FORMER_IS_WORTH_IT = 10 * MINUTE

/** `over`: what was stored before; null: another writer was faster and its grant was read back. */
type Renewal = { readonly renewed: OAuthGrant; readonly over: OAuthGrant | null }
type Answer = Awaited<ReturnType<OAuthClient['refresh']>>

type Ports = {
  readonly repository: CredentialRepository
  readonly oauth: OAuthClient
  readonly journal: RefreshJournal
  readonly clientMark: ClientMark
  readonly clock: Clock
  readonly random: Random
  readonly onRefreshing: (ref: CredentialRef) => void
}

/**
 * Spends refresh tokens: written down before, one network refresh, the answer stored before anybody gets it, and the
 * outcome noted. Callers hold the credential's turn in the queue. No failure deletes anything.
 */
export class GrantRenewer {
  readonly #ports: Ports
  readonly health: GrantHealth
  readonly limit: RefreshLimit
  /** Rotated but not stored yet; nothing renews them further. */
  readonly unsaved: UnsavedGrants
  readonly #busySince = new Map<string, Date>()

  constructor(ports: Ports) {
    this.#ports = ports
    this.health = new GrantHealth(ports)
    this.limit = new RefreshLimit(ports.clock)
    this.unsaved = new UnsavedGrants({ ...ports, health: this.health })
  }

  /** When the running network refresh began; null when none runs. */
  busySince(ref: CredentialRef): Date | null {
    return this.#busySince.get(credentialKey(ref)) ?? null
  }

  /** Forgets what is kept in memory and in the journal: the credential was replaced or removed. */
  forget(ref: CredentialRef): void {
    this.forgetTries(ref)
    quietly(() => this.#ports.journal.settle(ref))
  }

  /** Forgets what is kept in memory alone: the credential was stored, and a refresh that was cut off may be its own. */
  forgetTries(ref: CredentialRef): void {
    this.unsaved.forget(ref)
    this.limit.forget(ref)
  }

  /** True if a refresh with this very token was begun and its outcome is not stored. Settles what is out of date. */
  isInterrupted(grant: OAuthGrant): boolean {
    if (this.#isOpen(grant)) return true
    quietly(() => this.#ports.journal.settle(grant.ref))
    return false
  }

  /**
   * Returns the renewed grant; when storing it failed, the grant stays in memory and is returned all the same.
   * Throws SIGN_IN_REQUIRED without a refresh token, STORE_WRITE_FAILED before anything was sent, else
   * REFRESH_REJECTED, ROTATION_LOST, CLIENT_CHANGED, CLIENT_REFUSED, CONSENT_REQUIRED, REFRESH_UNREACHABLE,
   * PROVIDER_REFUSED.
   */
  async renew(grant: OAuthGrant): Promise<OAuthGrant> {
    if (grant.tokens.refreshToken === null) throw signInExpired(grant.ref)
    const { renewed, over } = await this.#refreshOnce(grant)
    if (over === null) return renewed
    await this.unsaved.store(renewed, over)
    return renewed
  }

  async #refreshOnce(grant: OAuthGrant): Promise<Renewal> {
    const key = credentialKey(grant.ref)
    this.#busySince.set(key, this.#ports.clock.now())
    this.#ports.onRefreshing(grant.ref)
    try {
      const renewal = await this.#askOrReread(grant)
      this.limit.note(grant.ref, true)
      return renewal
    } catch (error) {
      const reason = this.#reasonOf(grant, error)
      this.limit.note(grant.ref, false)
      this.health.failed(grant.ref, reason)
      throw reason
    } finally {
      this.#busySince.delete(key)
      this.#ports.onRefreshing(grant.ref)
    }
  }

  /** `invalid_grant` may only mean that another writer has rotated the token: look once what is stored now. */
  async #askOrReread(grant: OAuthGrant): Promise<Renewal> {
    try {
      return { renewed: await this.#ask(grant), over: grant }
    } catch (error) {
      if (codeOf(error) !== 'REFRESH_REJECTED') throw error
      // Where it can not be read, nobody knows whether the refused token is still the newest.
      const stored = await this.#ports.repository.load(grant.ref)
      if (stored?.kind !== 'oauth' || sameRefreshToken(stored, grant)) {
        return { renewed: await this.#askFormer(grant, error), over: grant }
      }
      if (isFresh(stored.tokens, this.#ports.clock.now())) return { renewed: stored, over: null }
      return { renewed: await this.#ask(stored), over: stored }
    }
  }

  /**
   * A provider that has just handed out the refused token may have taken the rotation back, so the token before it
   * is tried once; the grant is dead otherwise. The journal has it under the token that is stored. Throws `refused`.
   */
  async #askFormer(grant: OAuthGrant, refused: unknown): Promise<OAuthGrant> {
    const { formerRefreshToken: former, refreshedAt } = grant
    const age = this.#ports.clock.now().getTime() - (refreshedAt?.getTime() ?? -Infinity)
    const isWorthIt = age >= 0 && age <= FORMER_IS_WORTH_IT && !this.#isOpen(grant)
    const current = grant.tokens.refreshToken
    if (former === null || current === null || !isWorthIt) throw refused
    // What was told of its end was told of its successor.
    const { refreshEnd: _ofSuccessor, ...tokens } = grant.tokens
    const before = { ...grant, tokens: { ...tokens, refreshToken: former } }
    const answer = await this.#askWritten(before, current).catch(() => {
      throw refused
    })
    quietly(() => this.#ports.journal.answered(grant.ref))
    return this.#renewed(before, former, answer)
  }

  async #ask(grant: OAuthGrant): Promise<OAuthGrant> {
    const spent = grant.tokens.refreshToken
    if (spent === null) throw signInExpired(grant.ref)
    const answer = await this.#askWritten(grant, spent)
      .catch((error: unknown) => {
        // A server with a grace period answers the same token again if asked at once; other servers answer that the token has expired.
        if (!isBrokenConnection(error)) throw error
        return this.#askWritten(grant, spent)
      })
      .catch(async (error: unknown) => {
        await this.#keepRotated(grant, spent, error)
        throw error
      })
    quietly(() => this.#ports.journal.answered(grant.ref))
    return this.#renewed(grant, spent, answer)
  }

  /** A refresh token that came without a usable access token takes the place of the spent one: it is the only copy. */
  async #keepRotated(grant: OAuthGrant, spent: Secret, error: unknown): Promise<void> {
    const refreshToken = rotatedAlone(error)
    if (refreshToken === null || refreshToken.equals(spent)) return
    const { refreshEnd: _ofSpent, ...tokens } = grant.tokens
    await this.unsaved.store(
      { ...grant, tokens: { ...tokens, refreshToken }, formerRefreshToken: spent },
      grant
    )
  }

  /** One request, in the journal before it leaves; an answer that says that nothing was spent is taken out again. */
  async #askWritten(grant: OAuthGrant, stored: Secret): Promise<Answer> {
    const { clock, journal, oauth } = this.#ports
    const wasOpen = this.#isOpen(grant)
    try {
      return await oauth.refresh(grant, () => journal.begin(grant.ref, stored, clock.now()))
    } catch (error) {
      if (!wasOpen && !mayHaveArrived(error)) quietly(() => journal.settle(grant.ref))
      throw error
    }
  }

  #renewed(grant: OAuthGrant, spent: Secret, answer: Answer): OAuthGrant {
    // RFC 6749 section 6: a new refresh token is optional; without one the old one stays good.
    const refreshToken = answer.tokens.refreshToken ?? spent
    const isSame = refreshToken.equals(spent)
    return {
      ...grant,
      tokens: { ...answer.tokens, refreshToken, ...endAfterRenewal(grant.tokens, answer.tokens, isSame) },
      // The provider has taken it, so it is the client of this sign-in from now on.
      clientMark: this.#ports.clientMark(grant.client),
      formerRefreshToken: isSame ? null : spent,
      scopesGranted: answer.scopesGranted,
      refreshedAt: this.#ports.clock.now()
    }
  }

  #reasonOf(grant: OAuthGrant, refused: unknown): unknown {
    const mark = this.#ports.clientMark(grant.client)
    return reasonOf(grant, refused, { mark, isOpen: this.#isOpen(grant) })
  }

  #isOpen({ ref, tokens }: OAuthGrant): boolean {
    return tokens.refreshToken !== null && this.#ports.journal.openFor(ref, tokens.refreshToken) !== null
  }
}
