import { type CredentialRef, type CredentialSummary, credentialKey } from '#shared/credential.ts'
import type { VaultChange } from '#shared/ipc.ts'
import type { Preferences } from '#shared/preferences.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import { isKeptFresh } from '../tokens/lifetime.ts'
import { nextStatusChange, toSummary } from './summary.ts'

/** The longest sleep: longer timers are split so that a changed wall clock is noticed. */
const LONGEST_SLEEP = 60_000

type FeedPorts = {
  readonly repository: Pick<CredentialRepository, 'list' | 'find'>
  readonly clock: Clock
  readonly preferences: { get(): Preferences }
  readonly onChange: (change: VaultChange) => void
}

/**
 * The masked list as the windows know it: one snapshot, then numbered deltas. It compares the last report
 * with the current state, and looks again on its own when the next status changes with time.
 */
export class CredentialFeed {
  readonly #ports: FeedPorts
  readonly #said = new Map<string, string>()
  /** Start of each refresh that is under way, by the key of its credential. */
  readonly #refreshing = new Map<string, Date>()
  #isLocked = false
  #revision = 0
  #cancelAlarm: (() => void) | null = null

  constructor(ports: FeedPorts) {
    this.#ports = ports
  }

  get revision(): number {
    return this.#revision
  }

  /** Returns the current state of all; later deltas build on it. */
  summaries(): CredentialSummary[] {
    const now = this.#ports.clock.now()
    return this.#ports.repository.list().map((entry) => this.#summary(entry, now))
  }

  summary(ref: CredentialRef): CredentialSummary | null {
    const entry = this.#ports.repository.find(ref)
    return entry === null ? null : this.#summary(entry, this.#ports.clock.now())
  }

  /** Reports one credential after it changed. */
  publish(ref: CredentialRef): void {
    const id = credentialKey(ref)
    const summary = this.summary(ref)
    if (summary === null) this.#say([], this.#said.delete(id) ? [id] : [])
    else this.#say(this.#isNews(summary) ? [summary] : [], [])
    this.#setAlarm()
  }

  /** Reports that a refresh of the credential began then; null: it has ended. */
  refreshing(ref: CredentialRef, since: Date | null): void {
    if (since === null) this.#refreshing.delete(credentialKey(ref))
    else this.#refreshing.set(credentialKey(ref), since)
    this.publish(ref)
  }

  /** Reports whether the store waits for its passphrase. */
  locked(isLocked: boolean): void {
    this.#isLocked = isLocked
    this.publishAll()
  }

  /** Reports all changed credentials: at the start, after waking, after a change of the clock. */
  publishAll(): void {
    const summaries = this.summaries()
    const ids = new Set(summaries.map(({ id }) => id))
    const removed = [...this.#said.keys()].filter((id) => !ids.has(id))
    removed.forEach((id) => this.#said.delete(id))
    this.#say(
      summaries.filter((summary) => this.#isNews(summary)),
      removed
    )
    this.#setAlarm()
  }

  close(): void {
    this.#cancelAlarm?.()
    this.#cancelAlarm = null
  }

  #summary(entry: CatalogEntry, now: Date): CredentialSummary {
    const { alwaysUseBrowser, browserFor, keepFresh } = this.#ports.preferences.get()
    return toSummary(entry, {
      now,
      refreshingSince: this.#refreshing.get(credentialKey(entry.ref)) ?? null,
      isLocked: this.#isLocked,
      isKeptFresh: isKeptFresh(entry, keepFresh),
      isWindowOut: alwaysUseBrowser || browserFor.includes(entry.ref.service)
    })
  }

  #isNews(summary: CredentialSummary): boolean {
    const text = JSON.stringify(summary)
    if (this.#said.get(summary.id) === text) return false
    this.#said.set(summary.id, text)
    return true
  }

  #say(upserted: CredentialSummary[], removed: string[]): void {
    if (upserted.length === 0 && removed.length === 0) return
    this.#revision += 1
    this.#ports.onChange({ revision: this.#revision, upserted, removed })
  }

  #setAlarm(): void {
    this.#cancelAlarm?.()
    const now = this.#ports.clock.now()
    const turns = this.#ports.repository
      .list()
      .map((entry) => nextStatusChange(entry, now)?.getTime() ?? Infinity)
    const next = Math.min(Infinity, ...turns)
    this.#cancelAlarm =
      next === Infinity
        ? null
        : this.#ports.clock.after(Math.min(next - now.getTime(), LONGEST_SLEEP), () => this.publishAll())
  }
}
