import { VaultError } from '#shared/problem.ts'
import type { Clock } from '../ports.ts'

const MINUTE = 60_000
/** Pause after two questions of a client that were not answered. */
const COOL_DOWN_MS = 5 * MINUTE
const MOST_IGNORED = 2
/** Most questions of a client that it has taken back itself within five minutes. */
const MOST_TAKEN_BACK = 10

/** When a client may not ask, because its questions only disturb: they need no budget. */
export class QuestionPauses {
  readonly #clock: Pick<Clock, 'now'>
  readonly #ignored = new Map<string, { readonly count: number; readonly until: Date }>()
  /** Times of the newest ones, oldest first. */
  readonly #takenBack = new Map<string, readonly Date[]>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Throws APPROVAL_DENIED during a pause of this client. */
  requireNone(client: string): void {
    const now = this.#clock.now()
    const rest = this.#ignored.get(client)
    if (rest !== undefined && rest.count >= MOST_IGNORED && now < rest.until) {
      throw denied('Two questions of this program were not answered, so it can’t ask for five minutes.')
    }
    const times = this.#takenBack.get(client) ?? []
    const [oldest] = times
    if (times.length < MOST_TAKEN_BACK || oldest === undefined) return
    if (now.getTime() - oldest.getTime() < COOL_DOWN_MS) {
      throw denied('This program took back ten questions within five minutes. Try again in five minutes.')
    }
  }

  /** A question of the client was not answered in its time. */
  ignored(client: string): void {
    const count = (this.#ignored.get(client)?.count ?? 0) + 1
    this.#ignored.set(client, { count, until: new Date(this.#clock.now().getTime() + COOL_DOWN_MS) })
  }

  /** The client has given up a question before it was answered. */
  takenBack(client: string): void {
    const times = [...(this.#takenBack.get(client) ?? []), this.#clock.now()]
    this.#takenBack.set(client, times.slice(-MOST_TAKEN_BACK))
  }

  /** The person has answered the client. */
  answered(client: string): void {
    this.#ignored.delete(client)
    this.#takenBack.delete(client)
  }
}

function denied(message: string): VaultError {
  return new VaultError('APPROVAL_DENIED', { message })
}
