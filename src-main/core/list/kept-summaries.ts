import { type CredentialSummary, credentialKey } from '#shared/credential.ts'
import {
  type CommonFacts,
  firstOf,
  packedList,
  type PackedList,
  packedSummary,
  type PackedSummary
} from '#shared/packed-list.ts'
import type { Preferences } from '#shared/preferences.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { isKeptFresh } from '../tokens/lifetime.ts'
import { nextStatusChange, toSummary } from './summary.ts'

/** What a summary depends on beside its entry. `refreshing`: start of each refresh that is under way, by key. */
export type Circumstances = {
  readonly now: Date
  readonly preferences: Preferences
  readonly isLocked: boolean
  readonly refreshing: ReadonlyMap<string, Date>
}

export type KeptSummary = {
  readonly summary: CredentialSummary
  /** When the status changes next by time alone, in ms since 1970; Infinity: never. */
  readonly until: number
}

type Kept = KeptSummary & {
  readonly since: Date | null
  readonly from: number
  readonly preferences: Preferences
  readonly isLocked: boolean
}

/** More groups of common facts than a list has; those of entries that are gone are forgotten then. */
const MOST_COMMON = 20_000

/** The summaries of all entries, each made again only when something that it depends on has changed. */
export class KeptSummaries {
  // An entry whose row has changed is another object.
  readonly #kept = new WeakMap<CatalogEntry, Kept>()
  readonly #packed = new WeakMap<CredentialSummary, PackedSummary>()
  readonly #common = new Map<string, CommonFacts>()

  of(entry: CatalogEntry, circumstances: Circumstances): KeptSummary {
    const known = this.#kept.get(entry)
    if (known !== undefined && isStillRight(known, circumstances)) return known
    const kept = made(entry, circumstances)
    this.#kept.set(entry, kept)
    return kept
  }

  /** Packs summaries that `of` returned. */
  pack(summaries: readonly CredentialSummary[]): PackedList {
    return packedList(summaries.map((summary) => this.#packedOf(summary)))
  }

  #packedOf(summary: CredentialSummary): PackedSummary {
    const known = this.#packed.get(summary)
    if (known !== undefined) return known
    const { common, row } = packedSummary(summary)
    if (this.#common.size > MOST_COMMON) this.#common.clear()
    // Frozen, so that the check at the door counts for good.
    const packed = { common: frozen(firstOf(this.#common, common)), row: frozen(row) }
    this.#packed.set(summary, packed)
    return packed
  }
}

function made(entry: CatalogEntry, { isLocked, now, preferences, refreshing }: Circumstances): Kept {
  const since = refreshing.size === 0 ? null : (refreshing.get(credentialKey(entry.ref)) ?? null)
  const { alwaysUseBrowser, browserFor, keepFresh } = preferences
  return {
    summary: toSummary(entry, {
      now,
      refreshingSince: since,
      isLocked,
      isKeptFresh: isKeptFresh(entry, keepFresh),
      isWindowOut: alwaysUseBrowser || browserFor.includes(entry.ref.service)
    }),
    since,
    from: now.getTime(),
    until: nextStatusChange(entry, now)?.getTime() ?? Infinity,
    preferences,
    isLocked
  }
}

function isStillRight(kept: Kept, { isLocked, now, preferences, refreshing }: Circumstances): boolean {
  if (kept.preferences !== preferences || kept.isLocked !== isLocked) return false
  const time = now.getTime()
  if (time < kept.from || time >= kept.until) return false
  const since = refreshing.size === 0 ? null : (refreshing.get(kept.summary.id) ?? null)
  return since === kept.since
}

/** Freezes to the depth. */
function frozen<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part)
  return Object.freeze(value)
}
