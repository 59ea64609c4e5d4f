import { credentialKey } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { MINUTE } from '../tokens/lifetime.ts'
import type { Clock } from '../ports.ts'

/** Longest timer: longer ones can overflow, and a timer does not count the time that a computer sleeps. */
const LONGEST_SLEEP = MINUTE
/** Pause after a failure, such as a locked keychain. */
const REST = 5 * MINUTE

export type FormerKeysPorts = {
  readonly clock: Clock
  readonly entries: () => readonly CatalogEntry[]
  /** KeyRotation.dropFormer, which decides whether the time is up. */
  readonly drop: (ref: CredentialRef) => Promise<unknown>
}

/**
 * Drops the former keys of exchanges when their day is up: at the start, after waking, and by one alarm while
 * a key waits to be dropped. Everything is computed again from the wall clock each time.
 */
export class FormerKeys {
  readonly #ports: FormerKeysPorts
  readonly #resting = new Map<string, number>()
  readonly #dropping = new Set<string>()
  #cancel: (() => void) | null = null
  #isRunning = false

  constructor(ports: FormerKeysPorts) {
    this.#ports = ports
  }

  start(): void {
    this.#isRunning = true
    this.#look()
  }

  /** Looks again at once, also at resting keys; for a switch, resume or unlock. */
  wake(): void {
    this.#resting.clear()
    if (this.#isRunning) this.#look()
  }

  stop(): void {
    this.#isRunning = false
    this.#cancel?.()
    this.#cancel = null
  }

  #look(): void {
    this.#cancel?.()
    this.#cancel = null
    const now = this.#ports.clock.now().getTime()
    let nearest = Infinity
    for (const { ref, rotation } of this.#ports.entries()) {
      if (rotation?.kind !== 'switched') continue
      const at = Math.max(rotation.undoUntil.getTime(), this.#restUntil(ref, now))
      if (at <= now) this.#drop(ref)
      // A key that is being dropped is looked at again later, in case that fails.
      nearest = Math.min(nearest, at <= now ? now + LONGEST_SLEEP : at)
    }
    if (nearest === Infinity) return
    this.#cancel = this.#ports.clock.after(Math.min(nearest - now, LONGEST_SLEEP), () => this.#look())
  }

  /** A rest that is longer than our longest one comes from a changed clock and is ignored. */
  #restUntil(ref: CredentialRef, now: number): number {
    const until = this.#resting.get(credentialKey(ref)) ?? 0
    return until - now > REST ? 0 : until
  }

  #drop(ref: CredentialRef): void {
    const key = credentialKey(ref)
    if (this.#dropping.has(key)) return
    this.#dropping.add(key)
    this.#ports
      .drop(ref)
      .catch(() => this.#resting.set(key, this.#ports.clock.now().getTime() + REST))
      .finally(() => this.#dropping.delete(key))
  }
}
