import type { CredentialPage } from '#shared/credential-list.ts'
import { type CredentialRef, type CredentialSummary, credentialKey } from '#shared/credential.ts'
import type { VaultChange } from '#shared/ipc.ts'
import { CredentialOrder } from '#shared/list-order.ts'
import type { Preferences } from '#shared/preferences.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import { KeptSummaries, type KeptSummary } from './kept-summaries.ts'

/** The longest sleep: longer timers are split so that a changed wall clock is noticed. */
const LONGEST_SLEEP = 60_000

type FeedPorts = {
  readonly repository: Pick<CredentialRepository, 'list' | 'find'>
  readonly clock: Clock
  readonly preferences: { get(): Preferences }
  readonly onChange: (change: VaultChange) => void
}

/**
 * The masked list as the windows know it: one page or the whole, then numbered deltas. It compares the last report
 * with the current state, and looks again on its own when the next status changes with time.
 */
export class CredentialFeed {
  readonly #ports: FeedPorts
  readonly #summaries = new KeptSummaries()
  readonly #order = new CredentialOrder()
  readonly #said = new Map<string, CredentialSummary>()
  /** Start of each refresh that is under way, by the key of its credential. */
  readonly #refreshing = new Map<string, Date>()
  #isLocked = false
  #revision = 0
  #cancelAlarm: (() => void) | null = null
  /** The pages that were asked for last, as long as nothing has changed. */
  #pages: { readonly all: readonly KeptSummary[]; readonly of: Map<number, CredentialPage['credentials']> }

  constructor(ports: FeedPorts) {
    this.#ports = ports
    this.#pages = { all: [], of: new Map() }
  }

  /** Returns the current state of all; later deltas build on it. */
  summaries(): CredentialSummary[] {
    return this.#all().map(({ summary }) => summary)
  }

  summary(ref: CredentialRef): CredentialSummary | null {
    return this.#find(ref)?.summary ?? null
  }

  /** Returns the first `most` of the list, in the order by attention; later deltas build on it. */
  page(most: number = Infinity): CredentialPage {
    const all = this.#all()
    if (!isSameList(all, this.#pages.all)) this.#pages = { all, of: new Map() }
    const credentials = this.#pages.of.get(most) ?? this.#summaries.pack(this.#first(all, most))
    this.#pages.of.set(most, credentials)
    return { revision: this.#revision, credentials, total: all.length }
  }

  /** Reports one credential after it changed. */
  publish(ref: CredentialRef): void {
    const id = credentialKey(ref)
    const kept = this.#find(ref)
    if (kept === null) this.#say([], this.#said.delete(id) ? [id] : [])
    else this.#say(this.#isNews(kept) ? [kept] : [], [])
    this.#setAlarm(this.#all())
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

  /** Begins to watch the clock. Reports nothing, because every window asks for the list when it opens. */
  start(): void {
    const all = this.#all()
    for (const { summary } of all) this.#said.set(summary.id, summary)
    this.#setAlarm(all)
  }

  /** Reports all changed credentials: after waking, after a change of the clock. */
  publishAll(): void {
    const all = this.#all()
    const ids = new Set(all.map(({ summary }) => summary.id))
    const removed = [...this.#said.keys()].filter((id) => !ids.has(id))
    removed.forEach((id) => this.#said.delete(id))
    this.#say(
      all.filter((kept) => this.#isNews(kept)),
      removed
    )
    this.#setAlarm(all)
  }

  close(): void {
    this.#cancelAlarm?.()
    this.#cancelAlarm = null
  }

  #all(): readonly KeptSummary[] {
    return this.#keep(this.#ports.repository.list())
  }

  #find(ref: CredentialRef): KeptSummary | null {
    const entry = this.#ports.repository.find(ref)
    return entry === null ? null : (this.#keep([entry])[0] ?? null)
  }

  #keep(entries: readonly CatalogEntry[]): readonly KeptSummary[] {
    const circumstances = {
      now: this.#ports.clock.now(),
      preferences: this.#ports.preferences.get(),
      isLocked: this.#isLocked,
      refreshing: this.#refreshing
    }
    return entries.map((entry) => this.#summaries.of(entry, circumstances))
  }

  #first(all: readonly KeptSummary[], most: number): readonly CredentialSummary[] {
    const summaries = all.map(({ summary }) => summary)
    return summaries.length <= most ? summaries : this.#order.first(summaries, 'attention', most)
  }

  #isNews({ summary }: KeptSummary): boolean {
    const said = this.#said.get(summary.id)
    if (said === summary) return false
    this.#said.set(summary.id, summary)
    return said === undefined || JSON.stringify(said) !== JSON.stringify(summary)
  }

  #say(upserted: readonly KeptSummary[], removed: string[]): void {
    if (upserted.length === 0 && removed.length === 0) return
    this.#revision += 1
    const packed = this.#summaries.pack(upserted.map(({ summary }) => summary))
    this.#ports.onChange({ revision: this.#revision, upserted: packed, removed })
  }

  #setAlarm(all: readonly KeptSummary[]): void {
    this.#cancelAlarm?.()
    const now = this.#ports.clock.now().getTime()
    const next = all.reduce((least, { until }) => Math.min(least, until), Infinity)
    this.#cancelAlarm =
      next === Infinity
        ? null
        : this.#ports.clock.after(Math.min(next - now, LONGEST_SLEEP), () => this.publishAll())
  }
}

function isSameList(one: readonly KeptSummary[], other: readonly KeptSummary[]): boolean {
  return one.length === other.length && one.every((kept, index) => kept === other[index])
}
