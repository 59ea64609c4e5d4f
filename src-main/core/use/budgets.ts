import type { Clock } from '../ports.ts'

/** How many requests a client may send. Null: the default, 600 in a minute and 50,000 in a day. */
export type BudgetLimits = {
  readonly perMinute: number | null
  /** From midnight to midnight in UTC. */
  readonly perDay: number | null
}

/** The part of a budget that is used up; `day` if both are. `ok`: none is. */
export type BudgetLeft = 'ok' | 'minute' | 'day'

/** The limits of a client for which none were written down. */
export const noLimits: BudgetLimits = { perMinute: null, perDay: null }

const PER_MINUTE = 600
const PER_DAY = 50_000
const MOST_CLIENTS = 1000
const SECOND_MS = 1000
const DAY_MS = 86_400_000

/** The current second and the sixty before it, so that no minute has more requests than its limit. */
const SLOTS = 61

/** What a client has used. */
type Used = {
  /** Requests of each second. */
  readonly perSecond: Uint32Array
  /** Slot of the current second. */
  slot: number
  /** Seconds since 1970. */
  second: number
  /** Days since 1970. Null: the requests of no day were counted yet. */
  day: number | null
  /** Requests of that day. */
  today: Promise<{ count: number }>
}

/** Resolves with the number of requests that this client, given by its id, has sent at this time or later. */
export type UsesSince = (client: string, since: Date) => Promise<number>

/**
 * Counts the requests of each client: those of a minute in memory, those of a day from the log on, so that a new
 * process gives nothing back. A clock that is set back gives nothing back either: what was sent later than the
 * day it shows counts, too. There is room for 1,000 clients; the one that asked longest ago makes room and is
 * counted again.
 */
export class Budgets {
  readonly #clock: Pick<Clock, 'now'>
  readonly #usesSince: UsesSince
  /** By client, the one that asked longest ago first. */
  readonly #used = new Map<string, Used>()

  /** `usesSince` counts in the log. */
  constructor(clock: Pick<Clock, 'now'>, usesSince: UsesSince) {
    this.#clock = clock
    this.#usesSince = usesSince
  }

  /**
   * Says whether this client, given by its id, may send one more request, and counts nothing. Rejects if the log
   * can’t be read.
   */
  async left(client: string, limits: BudgetLimits): Promise<BudgetLeft> {
    const used = this.#usedBy(client)
    return leftOf(used, await used.today, limits)
  }

  /** Counts a request of this client if it may send one more. Rejects as `left`. */
  async take(client: string, limits: BudgetLimits): Promise<BudgetLeft> {
    const used = this.#usedBy(client)
    const today = await used.today
    const left = leftOf(used, today, limits)
    if (left !== 'ok') return left
    used.perSecond[used.slot] = (used.perSecond[used.slot] ?? 0) + 1
    today.count += 1
    return 'ok'
  }

  #usedBy(client: string): Used {
    const now = this.#clock.now().getTime()
    const used = this.#used.get(client) ?? nothingUsed(now)
    this.#used.delete(client)
    this.#used.set(client, used)
    const [oldest] = this.#used.keys()
    if (this.#used.size > MOST_CLIENTS && oldest !== undefined) this.#used.delete(oldest)
    moveTo(used, Math.floor(now / SECOND_MS))
    this.#countDay(client, used, Math.floor(now / DAY_MS))
    return used
  }

  /** Counts the requests of this day unless that was done. A read that fails is tried again by the next request. */
  #countDay(client: string, used: Used, day: number): void {
    if (used.day === day) return
    used.day = day
    used.today = this.#usesSince(client, new Date(day * DAY_MS)).then((count) => ({ count }))
    used.today.catch(() => (used.day = null))
  }
}

function leftOf(
  { perSecond }: Used,
  today: { readonly count: number },
  { perDay, perMinute }: BudgetLimits
): BudgetLeft {
  if (today.count >= (perDay ?? PER_DAY)) return 'day'
  const lastMinute = perSecond.reduce((sum, count) => sum + count, 0)
  return lastMinute >= (perMinute ?? PER_MINUTE) ? 'minute' : 'ok'
}

function nothingUsed(now: number): Used {
  return {
    perSecond: new Uint32Array(SLOTS),
    slot: 0,
    second: Math.floor(now / SECOND_MS),
    day: null,
    today: Promise.resolve({ count: 0 })
  }
}

/** Empties the slots of the seconds that have passed. After the clock was set back, none have. */
function moveTo(used: Used, second: number): void {
  const passed = Math.min(second - used.second, SLOTS)
  for (let step = 0; step < passed; step += 1) {
    used.slot = (used.slot + 1) % SLOTS
    used.perSecond[used.slot] = 0
  }
  used.second = second
}
