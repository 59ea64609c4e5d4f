import { VaultError } from '#shared/problem.ts'
import { MINUTE, SECOND } from '../tokens/lifetime.ts'
import type { Clock } from '../ports.ts'
import { retryAfterOf } from '../tokens/transport-error.ts'
import type { AuthorizedGrant, DeviceAuthorization, PendingAuthorization } from '../oauth-client.ts'

const SLOWER_BY = 5 * SECOND
const LONGEST_BACK_OFF = MINUTE

/** The pause before each request (RFC 8628 section 3.5). */
export type Pace = {
  readonly intervalMs: number
  /** Number of consecutive requests without an answer. */
  readonly unanswered: number
  /** Pause that the provider asked for before the next request only. Null: none. */
  readonly retryAfterMs: number | null
}

/**
 * Returns the pause before the next request, in ms: doubled with each lost request, never shorter than the
 * provider named.
 */
export function pauseOf({ intervalMs, unanswered, retryAfterMs }: Pace): number {
  const backOff = Math.min(intervalMs * 2 ** unanswered, Math.max(LONGEST_BACK_OFF, intervalMs))
  return Math.max(backOff, retryAfterMs ?? 0)
}

/**
 * Returns a pace with five seconds more between requests, or with the pause that the provider named if that
 * is longer.
 */
export function slowedDown(pace: Pace, named: number | null, retryAfterMs: number | null): Pace {
  return { intervalMs: Math.max(pace.intervalMs + SLOWER_BY, named ?? 0), unanswered: 0, retryAfterMs }
}

type Outcome = { readonly grant: AuthorizedGrant } | { readonly error: unknown }

/**
 * Polls until the person has allowed or refused the sign-in or run out of time. The rest of the vault sees it
 * like an attempt with a redirect: `answered` resolves when there is an outcome, and `redeem` returns it. A
 * lost connection is not an outcome: the same code is polled again. The caller ends the wait with `close`; a
 * request under way may then finish, and a grant that was not taken goes to `onUnwanted`, because the
 * provider keeps it alive.
 */
export function pollDevice(
  device: DeviceAuthorization,
  clock: Clock,
  onUnwanted: (grant: AuthorizedGrant) => void
): PendingAuthorization {
  let pace: Pace = { intervalMs: device.intervalMs, unanswered: 0, retryAfterMs: null }
  let outcome: Outcome | null = null
  let isTaken = false
  let isClosed = false
  let asking: Promise<void> | null = null
  let cancelAlarm = (): void => undefined
  let tellAnswered = (): void => undefined
  const answered = new Promise<void>((resolve) => (tellAnswered = resolve))

  function end(with_: Outcome): void {
    outcome = with_
    tellAnswered()
  }
  function wait(ms: number): void {
    if (isClosed) return
    const step = Math.min(ms, MINUTE)
    cancelAlarm = clock.after(step, () => {
      if (ms > step) return wait(ms - step)
      asking = ask().finally(() => (asking = null))
    })
  }
  async function ask(): Promise<void> {
    try {
      const answer = await device.ask()
      if (answer.kind === 'granted') return isClosed ? onUnwanted(answer.grant) : end({ grant: answer.grant })
      pace =
        answer.kind === 'slow-down'
          ? slowedDown(pace, answer.intervalMs, answer.retryAfterMs)
          : answeredOnce(pace)
    } catch (error) {
      if (!isLost(error)) return end({ error })
      pace = { ...pace, unanswered: pace.unanswered + 1, retryAfterMs: retryAfterOf(error) }
    }
    wait(pauseOf(pace))
  }

  wait(pauseOf(pace))
  return {
    url: device.prompt.verificationUriComplete ?? device.prompt.verificationUri,
    redirectUri: null,
    answered,
    submit: () => {
      throw new VaultError('INVALID_REQUEST', {
        message: 'This sign-in uses a code, not an address.'
      })
    },
    redeem: async () => {
      if (outcome === null || isClosed) throw new VaultError('INTERNAL')
      if ('error' in outcome) throw outcome.error
      isTaken = true
      return outcome.grant
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      cancelAlarm()
      if (outcome !== null && 'grant' in outcome && !isTaken) onUnwanted(outcome.grant)
      if (asking === null) device.close()
      else void asking.then(() => device.close())
    }
  }
}

function answeredOnce(pace: Pace): Pace {
  return { ...pace, unanswered: 0, retryAfterMs: null }
}

function isLost(error: unknown): boolean {
  return error instanceof VaultError && error.code === 'PROVIDER_UNREACHABLE'
}
