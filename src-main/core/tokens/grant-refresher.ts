import type { CredentialRef } from '#shared/credential.ts'
import type { OAuthGrant } from '../credential-record.ts'
import { GrantHealth, codeOf } from './grant-health.ts'
import { MINUTE, isFresh, endAfterRefresh } from './lifetime.ts'
import type { Clock, ClientMark, CredentialRepository, Random } from '../ports.ts'
import { type RefreshJournal, quietly, UnsavedGrants } from './refresh-journal.ts'
import { RefreshLimit } from './refresh-gate.ts'
import type { Secret } from '../secret.ts'
import { sameRefreshToken } from './token-choice.ts'
import { reasonOf, signInExpired } from './token-problem.ts'
import { isBrokenConnection, mayHaveArrived, rotatedAlone } from './transport-error.ts'
import type { OAuthClient } from '../oauth-client.ts'

/** Time after a rotation in which the token before it is worth a try; no known grace period is longer. */
const FORMER_IS_WORTH_IT = 10 * MINUTE

/** `over`: the grant that was stored before. Null: another writer was faster, and `renewed` is its grant. */
type Renewal = { readonly renewed: OAuthGrant; readonly over: OAuthGrant | null }
type Answer = Awaited<ReturnType<OAuthClient['refresh']>>

type Ports = {
  readonly repository: CredentialRepository
  readonly oauth: OAuthClient
  readonly journal: RefreshJournal
  readonly clientMark: ClientMark
  readonly clock: Clock
  readonly random: Random
  /** Called when a refresh begins, with its start, and with null when it has ended. */
  readonly onRefreshing: (ref: CredentialRef, since: Date | null) => void
}

/**
 * Makes refreshes: records each in the journal, sends one request, saves the answer before a caller gets it,
 * and records the outcome. Callers hold the credential's turn in the queue. A failure never deletes anything.
 */
export class GrantRefresher {
  readonly #ports: Ports
  readonly health: GrantHealth
  readonly limit: RefreshLimit
  /** Grants with a rotated token that is not saved yet; they are not refreshed further. */
  readonly unsaved: UnsavedGrants

  constructor(ports: Ports) {
    this.#ports = ports
    this.health = new GrantHealth(ports)
    this.limit = new RefreshLimit(ports.clock)
    this.unsaved = new UnsavedGrants({ ...ports, health: this.health })
  }

  /** Forgets memory and journal entry of a credential that was replaced or removed. */
  forget(ref: CredentialRef): void {
    this.forgetTries(ref)
    quietly(() => this.#ports.journal.settle(ref))
  }

  /**
   * Forgets the memory alone, of a credential that was saved; an interrupted refresh in the journal may
   * belong to it.
   */
  forgetTries(ref: CredentialRef): void {
    this.unsaved.forget(ref)
    this.limit.forget(ref)
  }

  /**
   * True if a refresh with this very token was begun and its outcome is not saved. Settles an outdated
   * journal entry.
   */
  isInterrupted(grant: OAuthGrant): boolean {
    if (this.#isOpen(grant)) return true
    quietly(() => this.#ports.journal.settle(grant.ref))
    return false
  }

  /**
   * Returns the refreshed grant; if saving it failed, it stays in memory and is returned all the same. Throws
   * SIGN_IN_REQUIRED without a refresh token, STORE_WRITE_FAILED before anything was sent, else
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
    this.#ports.onRefreshing(grant.ref, this.#ports.clock.now())
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
      this.#ports.onRefreshing(grant.ref, null)
    }
  }

  /**
   * Makes one refresh. `invalid_grant` may only mean that another writer has rotated the token, so the stored
   * grant is then read once.
   */
  async #askOrReread(grant: OAuthGrant): Promise<Renewal> {
    try {
      return { renewed: await this.#ask(grant), over: grant }
    } catch (error) {
      if (codeOf(error) !== 'REFRESH_REJECTED') throw error
      // If this read fails, it is unknown whether the refused token is still the newest.
      const stored = await this.#ports.repository.load(grant.ref)
      if (stored?.kind !== 'oauth' || sameRefreshToken(stored, grant)) {
        return { renewed: await this.#askFormer(grant, error), over: grant }
      }
      if (isFresh(stored.tokens, this.#ports.clock.now())) return { renewed: stored, over: null }
      return { renewed: await this.#ask(stored), over: stored }
    }
  }

  /**
   * Tries the token before the refused one once: a provider that has just issued the refused token may have
   * undone the rotation. If that fails, the grant has ended. The journal has the request under the stored
   * token. Throws `refused`.
   */
  async #askFormer(grant: OAuthGrant, refused: unknown): Promise<OAuthGrant> {
    const { formerRefreshToken: former, refreshedAt } = grant
    const age = this.#ports.clock.now().getTime() - (refreshedAt?.getTime() ?? -Infinity)
    const isWorthIt = age >= 0 && age <= FORMER_IS_WORTH_IT && !this.#isOpen(grant)
    const current = grant.tokens.refreshToken
    if (former === null || current === null || !isWorthIt) throw refused
    // The known expiry is that of its successor.
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
        // A server with a grace period accepts the same token again at once; other servers answer that the
        // token has expired.
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

  /**
   * Saves a refresh token that came without a usable access token in place of the spent one: it is the only
   * copy.
   */
  async #keepRotated(grant: OAuthGrant, spent: Secret, error: unknown): Promise<void> {
    const refreshToken = rotatedAlone(error)
    if (refreshToken === null || refreshToken.equals(spent)) return
    const { refreshEnd: _ofSpent, ...tokens } = grant.tokens
    await this.unsaved.store(
      { ...grant, tokens: { ...tokens, refreshToken }, formerRefreshToken: spent },
      grant
    )
  }

  /**
   * Sends one request, in the journal before it is sent. If an error shows that the token was not spent, the
   * journal entry is removed again.
   */
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
    // RFC 6749 section 6: a new refresh token is optional; without one the old one stays valid.
    const refreshToken = answer.tokens.refreshToken ?? spent
    const isSame = refreshToken.equals(spent)
    return {
      ...grant,
      tokens: { ...answer.tokens, refreshToken, ...endAfterRefresh(grant.tokens, answer.tokens, isSame) },
      // The provider has accepted this client, so it is the client of the sign-in from now on.
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
