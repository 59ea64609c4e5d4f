import { VaultError } from '#shared/problem.ts'
import type { AuthorizedGrant, PendingAuthorization } from '../oauth-client.ts'

const NOTHING = (): void => undefined

/** An attempt whose answer the test delivers. */
export class FakePending implements PendingAuthorization {
  readonly url = 'https://sso.example.net/authorize?state=made-up'
  readonly redirectUri = 'http://127.0.0.1:28417/callback'
  readonly answered: Promise<void>
  /** Delivers the right answer. */
  readonly answer: () => void
  readonly #grant: AuthorizedGrant
  redeemFails: Error | null = null
  /** Promise that redeeming waits for. */
  gate: Promise<void> = Promise.resolve()
  isClosed = false

  constructor(grant: AuthorizedGrant) {
    let answer = NOTHING
    this.answered = new Promise((done) => {
      answer = done
    })
    this.answer = answer
    this.#grant = grant
  }

  submit(redirectUrl: string): void {
    if (!redirectUrl.startsWith('http://127.0.0.1')) throw new VaultError('INVALID_REQUEST')
    this.answer()
  }

  async redeem(): Promise<AuthorizedGrant> {
    await this.gate
    if (this.redeemFails !== null) throw this.redeemFails
    return this.#grant
  }

  async close(): Promise<void> {
    this.isClosed = true
  }
}
