import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import {
  isInUse,
  LONGEST_RETRY_AFTER,
  MINUTE,
  SECOND,
  SPREAD,
  drawnIn,
  isFromTheFuture,
  keepAliveDue,
  refreshWindow
} from './lifetime.ts'
import type { Clock, Random } from '../ports.ts'

/** Longest timer: longer ones can overflow, and a timer does not count the time that a computer sleeps. */
const LONGEST_SLEEP = MINUTE
const SHORTEST_SLEEP = 50
/** Shortest time between two visits of one credential, whatever the clock does. */
const SHORTEST_ROUND = MINUTE
/** Deviation of an alarm that shows a changed clock or a sleep. */
const LATE = 5 * SECOND
/** Pause after a failure that is not in the credential's health, such as a locked keychain. */
const REST = 5 * MINUTE
/** Errors after which all credentials rest: each try could prompt the person once more to unlock. */
const closedStore: readonly ProblemCode[] = [
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_DENIED',
  'KEYCHAIN_TIMEOUT',
  'KEYCHAIN_UNAVAILABLE',
  'VAULT_LOCKED'
]

type Plan = { readonly dueFor: string; readonly at: number }

export type RefreshSchedulerPorts = {
  readonly clock: Clock
  readonly random: Random
  readonly entries: () => readonly CatalogEntry[]
  /** True if the credential is refreshed even while it is unused; default: true. */
  readonly isKeptFresh?: (entry: CatalogEntry) => boolean
  /** TokenService.keepFresh, which decides whether a refresh is due and records the outcome. */
  readonly renew: (ref: CredentialRef) => Promise<unknown>
}

/**
 * Refreshes credentials before they expire, and repeats failed refreshes at their time. Sets one alarm, at
 * most a minute ahead, and computes everything again from the wall clock each time it rings.
 */
export class RefreshScheduler {
  readonly #ports: RefreshSchedulerPorts
  readonly #plans = new Map<string, Plan>()
  readonly #visited = new Map<string, number>()
  readonly #resting = new Map<string, number>()
  #storeClosedSince: number | undefined
  #cancel: (() => void) | null = null
  #isRunning = false
  /** Time of the last look, and the planned sleep after it. */
  #lastLook: { readonly at: number; readonly sleep: number } | null = null

  constructor(ports: RefreshSchedulerPorts) {
    this.#ports = ports
  }

  start(): void {
    this.#isRunning = true
    this.#look()
  }

  /** Looks again at once, also at resting credentials; for resume, unlock and coming online. */
  wake(): void {
    this.#resting.clear()
    this.#storeClosedSince = undefined
    if (this.#isRunning) this.#look()
  }

  stop(): void {
    this.#isRunning = false
    this.#cancel?.()
    this.#cancel = null
  }

  /** Returns the time of the next automatic refresh, for the list. Null: none is planned. */
  nextAt(entry: CatalogEntry): Date | null {
    const at = this.#nextVisit(entry)
    return at === null ? null : new Date(at)
  }

  #look(): void {
    this.#cancel?.()
    const now = this.#now()
    this.#followClock(now)
    let nearest = now + LONGEST_SLEEP
    const keys = new Set<string>()
    for (const entry of this.#ports.entries()) {
      keys.add(credentialKey(entry.ref))
      const at = this.#nextVisit(entry)
      if (at !== null && at <= now) this.#visit(entry.ref)
      else if (at !== null) nearest = Math.min(nearest, at)
    }
    this.#forgetAllBut(keys)
    const sleep = Math.min(LONGEST_SLEEP, Math.max(SHORTEST_SLEEP, nearest - now))
    this.#lastLook = { at: now, sleep }
    this.#cancel = this.#ports.clock.after(sleep, () => {
      if (this.#isRunning) this.#look()
    })
  }

  /**
   * Moves the visits along with a changed clock, so that the minute between two visits is elapsed time. The
   * time that passed since the last look is unknown, so none of it counts.
   */
  #followClock(now: number): void {
    if (this.#lastLook === null) return
    const gone = now - this.#lastLook.at
    if (gone >= 0 && gone <= this.#lastLook.sleep + LATE) return
    for (const [key, at] of this.#visited) this.#visited.set(key, at + gone)
  }

  #nextVisit(entry: CatalogEntry): number | null {
    const due = this.#dueAt(entry)
    if (due === null) return null
    const key = credentialKey(entry.ref)
    const floor = this.#floor(this.#visited.get(key), SHORTEST_ROUND)
    const rest = this.#floor(this.#resting.get(key), REST)
    return Math.max(due, floor, rest, this.#floor(this.#storeClosedSince, REST))
  }

  /**
   * Returns the earliest time allowed after an event. An event in the future is ignored, because the clock
   * was set back.
   */
  #floor(since: number | undefined, distance: number): number {
    return since === undefined || since > this.#now() ? -Infinity : since + distance
  }

  #dueAt(entry: CatalogEntry): number | null {
    if (!entry.renewable) return null
    switch (entry.health.kind) {
      case 'needs-sign-in':
      case 'unreadable':
        return null
      case 'refresh-failing':
        return entry.health.nextTryAt === null ? null : this.#believable(entry.health.nextTryAt.getTime())
      case 'ok':
        return this.#plannedWork(entry)
    }
  }

  /**
   * An unused credential waits for its next use unless it is kept fresh; then the provider's own limit counts
   * too.
   */
  #plannedWork(entry: CatalogEntry): number | null {
    const isKept = this.#ports.isKeptFresh?.(entry) ?? true
    if (!isKept && !isInUse(entry)) return null
    const renewal = this.#plannedRefresh(entry)
    const idle = isKept ? keepAliveDue(entry) : null
    return renewal === null || idle === null ? (renewal ?? idle) : Math.min(renewal, idle)
  }

  /** A next try further away than our longest delay comes from a changed clock, so it is due now. */
  #believable(at: number): number {
    return at - this.#now() > LONGEST_RETRY_AFTER ? this.#now() : at
  }

  /** Returns a random time inside the token's window, drawn once and kept while the token lasts. */
  #plannedRefresh(entry: CatalogEntry): number | null {
    const window = refreshWindow(entry)
    if (window === null) return null
    const key = credentialKey(entry.ref)
    const dueFor = `${String(window.opens.getTime())} ${String(window.closes.getTime())}`
    const isDatedAhead = isFromTheFuture(entry.issuedAt, new Date(this.#now()))
    const latest = Math.max(isDatedAhead ? this.#now() : window.closes.getTime(), this.#now() + SPREAD)
    const known = this.#plans.get(key)
    const isMissed = known !== undefined && this.#now() - known.at > SPREAD
    if (known?.dueFor === dueFor && known.at <= latest && !isMissed) return known.at
    const at = isDatedAhead ? this.#now() : drawnIn(window, this.#now(), this.#ports.random())
    this.#plans.set(key, { dueFor, at })
    return at
  }

  #visit(ref: CredentialRef): void {
    const key = credentialKey(ref)
    this.#visited.set(key, this.#now())
    this.#ports.renew(ref).catch((error: unknown) => {
      if (error instanceof VaultError && closedStore.includes(error.code))
        this.#storeClosedSince = this.#now()
      const health = this.#ports.entries().find((entry) => credentialKey(entry.ref) === key)?.health
      if (health?.kind === 'ok') this.#resting.set(key, this.#now())
    })
  }

  #forgetAllBut(keys: ReadonlySet<string>): void {
    for (const map of [this.#plans, this.#visited, this.#resting]) {
      for (const key of map.keys()) if (!keys.has(key)) map.delete(key)
    }
  }

  #now(): number {
    return this.#ports.clock.now().getTime()
  }
}
