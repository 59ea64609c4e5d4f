import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../credential-record.ts'
import type { Secret } from '../secret.ts'
import { alone } from '../testing/alone.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { FakeOAuthClient } from '../testing/fake-oauth-client.ts'
import { MemoryJournal } from '../testing/memory-journal.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { START, sampleGrant } from '../testing/samples.ts'
import { TokenService } from './token-service.ts'
import { TransportError } from './transport-error.ts'

/** The one sign-in of these tests. */
export const { ref } = sampleGrant()

/** Service of tokens over ports in memory. */
export class TokenWorld {
  readonly clock = new FakeClock(START)
  readonly repository = new MemoryRepository()
  readonly oauth = new FakeOAuthClient(this.clock)
  readonly journal = new MemoryJournal()
  /** What was told of refreshes: the start of each, and null at its end. */
  readonly told: (Date | null)[] = []
  readonly tokens = new TokenService({
    repository: this.repository,
    oauth: this.oauth,
    journal: this.journal,
    clientMark: ({ id }) => id,
    clock: this.clock,
    lock: alone,
    random: () => 0.5,
    onRefreshing: (_ref, since) => void this.told.push(since)
  })

  /** Stores the sign-in. */
  async stored(change: Partial<OAuthGrant> = {}): Promise<void> {
    await this.repository.save(sampleGrant(change))
  }
}

export const text = (secret: Secret): string => secret.expose((value) => value)

/** The error of a call that has to fail with one of ours. */
export async function failure(promise: Promise<unknown>): Promise<VaultError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason
  )
  if (error instanceof VaultError) return error
  throw new Error('It did not fail with a VaultError')
}

/** What a refresh throws while the provider answers 503, with the pause that it names. */
export function unreachable(retryAfterMs: number | null = null): VaultError {
  return new VaultError('REFRESH_UNREACHABLE', { cause: new TransportError('status', 503, retryAfterMs) })
}
