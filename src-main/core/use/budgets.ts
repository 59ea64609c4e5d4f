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
  /** Days since 1970. */
  day: number
  /** Requests of that day. */
  today: number
}

/**
 * Counts the requests of each client, in memory alone: a new process begins at zero. A clock that is set back
 * gives nothing back. There is room for 1,000 clients; the one that asked longest ago makes room and then
 * begins at zero.
 */
export class Budgets {
  readonly #clock: Pick<Clock, 'now'>
  /** By client, the one that asked longest ago first. */
  readonly #used = new Map<string, Used>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Says whether this client, given by its id, may send one more request, and counts nothing. */
  left(client: string, limits: BudgetLimits): BudgetLeft {
    return leftOf(this.#usedBy(client), limits)
  }

  /** Counts a request of this client if it may send one more. */
  take(client: string, limits: BudgetLimits): BudgetLeft {
    const used = this.#usedBy(client)
    const left = leftOf(used, limits)
    if (left !== 'ok') return left
    used.perSecond[used.slot] = (used.perSecond[used.slot] ?? 0) + 1
    used.today += 1
    return 'ok'
  }

  #usedBy(client: string): Used {
    const now = this.#clock.now().getTime()
    const used = this.#used.get(client) ?? nothingUsed(now)
    this.#used.delete(client)
    this.#used.set(client, used)
    const [oldest] = this.#used.keys()
    if (this.#used.size > MOST_CLIENTS && oldest !== undefined) this.#used.delete(oldest)
    moveTo(used, now)
    return used
  }
}

function leftOf({ perSecond, today }: Used, { perDay, perMinute }: BudgetLimits): BudgetLeft {
  if (today >= (perDay ?? PER_DAY)) return 'day'
  const lastMinute = perSecond.reduce((sum, count) => sum + count, 0)
  return lastMinute >= (perMinute ?? PER_MINUTE) ? 'minute' : 'ok'
}

function nothingUsed(now: number): Used {
  return {
    perSecond: new Uint32Array(SLOTS),
    slot: 0,
    second: Math.floor(now / SECOND_MS),
    day: Math.floor(now / DAY_MS),
    today: 0
  }
}

/** Empties the slots of the seconds that have passed. After the clock was set back, none have. */
function moveTo(used: Used, now: number): void {
  const second = Math.floor(now / SECOND_MS)
  const passed = Math.min(second - used.second, SLOTS)
  for (let step = 0; step < passed; step += 1) {
    used.slot = (used.slot + 1) % SLOTS
    used.perSecond[used.slot] = 0
  }
  used.second = second
  const day = Math.floor(now / DAY_MS)
  if (day > used.day) used.today = 0
  used.day = day
}
