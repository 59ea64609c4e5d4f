import type { AuthorizedGrant, DeviceAnswer, DeviceAuthorization } from '../oauth-client.ts'

/**
 * A device authorization whose answers the test lays out, oldest first. When none are left, it stays pending.
 */
export class FakeDevice implements DeviceAuthorization {
  readonly prompt = {
    userCode: 'WDJB-MJHT',
    verificationUri: 'https://sso.example.net/device',
    verificationUriComplete: 'https://sso.example.net/device?user_code=WDJB-MJHT'
  }
  readonly intervalMs = 5000
  readonly lifetimeMs = 600_000
  readonly next: (DeviceAnswer['kind'] | DeviceAnswer | Error)[] = []
  /** Promise that every answer waits for. */
  gate: Promise<void> = Promise.resolve()
  asked = 0
  isClosed = false
  readonly #grant: AuthorizedGrant

  constructor(grant: AuthorizedGrant) {
    this.#grant = grant
  }

  async ask(): Promise<DeviceAnswer> {
    this.asked += 1
    await this.gate
    const answer = this.next.shift() ?? 'pending'
    if (answer instanceof Error) throw answer
    if (typeof answer !== 'string') return answer
    switch (answer) {
      case 'granted':
        return { kind: answer, grant: this.#grant }
      case 'slow-down':
        return { kind: answer, intervalMs: null, retryAfterMs: null }
      case 'pending':
        return { kind: answer }
    }
  }

  close(): void {
    this.isClosed = true
  }
}
