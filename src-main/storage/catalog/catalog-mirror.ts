import { isDeepStrictEqual } from 'node:util'
import type { CatalogEntry } from '../../core/credential-record.ts'
import { decodeEntry } from './catalog-codec.ts'
import type { CatalogRow } from './catalog-codec.ts'
import type { CatalogDatabase } from './catalog-database.ts'

export type IntentKind = 'save' | 'remove'
export type Intent = { readonly key: string; readonly kind: IntentKind }
type HeldRow = CatalogRow & { readonly saved_at: string | null }
type Held = { readonly row: HeldRow; readonly entry: CatalogEntry; readonly savedAt: Date | null }

/** All that is known of a key. `row` is the same object for as long as the row is the same; null: there is none. */
export type CatalogLook = {
  /** Null: none, or it is being removed. */
  readonly entry: CatalogEntry | null
  readonly intent: IntentKind | null
  /** When the newest record that was seen had been saved; null: that is not known. */
  readonly savedAt: Date | null
  readonly row: object | null
}

/**
 * The catalog's rows in memory. Every answer is first checked against `PRAGMA data_version`, which changes when another
 * connection has committed (SQLite, "PRAGMA data_version"); what this connection writes is told by `touch`.
 */
export class CatalogMirror {
  readonly #database: Pick<CatalogDatabase, 'rows'>
  /** Null: nothing is loaded, or it is old. */
  #version: number | null = null
  #held = new Map<string, Held>()
  #intents = new Map<string, IntentKind>()
  #list: readonly CatalogEntry[] | null = null
  readonly #uses = new Map<string, Date>()

  constructor(database: Pick<CatalogDatabase, 'rows'>) {
    this.#database = database
  }

  /** Entries that are not being removed, by key. */
  list(): CatalogEntry[] {
    if (!this.#isFresh()) this.#load()
    this.#list ??= [...this.#held]
      .filter(([key]) => this.#intents.get(key) !== 'remove')
      .map(([key, { entry }]) => this.#withUse(key, entry))
    return [...this.#list]
  }

  /** Whether another process has written is asked once for all of it: a token waits for every such question. */
  look(key: string): CatalogLook {
    const isFresh = this.#isFresh()
    const held = isFresh ? this.#held.get(key) : this.#read(key)
    const intent = (isFresh ? this.#intents.get(key) : this.#readIntent(key)) ?? null
    const entry = held && intent !== 'remove' ? this.#withUse(key, held.entry) : null
    return { entry, intent, savedAt: held?.savedAt ?? null, row: held?.row ?? null }
  }

  /** Whether the row is the one that `look` has shown, and nobody is about to change it. */
  isStill(key: string, row: object): boolean {
    const now = this.look(key)
    return now.intent === null && isDeepStrictEqual(now.row, row)
  }

  /** Null: none, or it is being removed. */
  find(key: string): CatalogEntry | null {
    return this.look(key).entry
  }

  /** Null: none. Also an entry that is being removed. */
  entry(key: string): CatalogEntry | null {
    const held = this.#isFresh() ? this.#held.get(key) : this.#read(key)
    return held ? this.#withUse(key, held.entry) : null
  }

  intentOf(key: string): IntentKind | null {
    return (this.#isFresh() ? this.#intents.get(key) : this.#readIntent(key)) ?? null
  }

  /** After this connection has written about a key: the rows as they are now. */
  touch(key: string): void {
    this.#list = null
    if (this.#version === null) return
    const held = this.#read(key)
    const intent = this.#readIntent(key)
    if (intent) this.#intents.set(key, intent)
    else this.#intents.delete(key)
    // A new key has a place of its own in the order, which is SQLite's to give.
    if (held && !this.#held.has(key)) this.#version = null
    else if (held) this.#held.set(key, held)
    else this.#held.delete(key)
  }

  /** Uses that are not in the database yet. */
  get uses(): ReadonlyMap<string, Date> {
    return this.#uses
  }

  noteUse(key: string, at: Date): void {
    this.#uses.set(key, at)
    this.#list = null
  }

  /** The uses up to now are in the database. */
  forgetUses(): void {
    for (const key of this.#uses.keys()) {
      this.#uses.delete(key)
      this.touch(key)
    }
  }

  #withUse(key: string, entry: CatalogEntry): CatalogEntry {
    const at = this.#uses.get(key)
    if (!at || (entry.lastUsedAt && entry.lastUsedAt >= at)) return entry
    return { ...entry, lastUsedAt: at }
  }

  #isFresh(): boolean {
    return this.#version !== null && this.#version === this.#dataVersion()
  }

  #dataVersion(): number {
    return this.#database.rows<{ data_version: number }>('PRAGMA data_version')[0]?.data_version ?? 0
  }

  #load(): void {
    // The version first: a commit between the two makes the rows newer than it says, and they are read once more.
    const version = this.#dataVersion()
    const rows = this.#database.rows<HeldRow>('SELECT * FROM credentials ORDER BY key')
    const intents = this.#database.rows<Intent>('SELECT key, kind FROM intents')
    this.#held = new Map(rows.map((row) => [row.key, this.#hold(row)]))
    this.#intents = new Map(intents.map(({ key, kind }) => [key, kind]))
    this.#list = null
    this.#version = version
  }

  #read(key: string): Held | undefined {
    const [row] = this.#database.rows<HeldRow>('SELECT * FROM credentials WHERE key = ?', key)
    return row && this.#hold(row)
  }

  #readIntent(key: string): IntentKind | undefined {
    return this.#database.rows<Intent>('SELECT key, kind FROM intents WHERE key = ?', key)[0]?.kind
  }

  /** A row that has not changed is not decoded again. */
  #hold(row: HeldRow): Held {
    const held = this.#held.get(row.key)
    if (held && isSame(held.row, row)) return held
    return { row, entry: decodeEntry(row), savedAt: row.saved_at === null ? null : new Date(row.saved_at) }
  }
}

function isSame(one: HeldRow, other: HeldRow): boolean {
  return (
    one.saved_at === other.saved_at &&
    one.details === other.details &&
    one.health === other.health &&
    one.last_used_at === other.last_used_at &&
    one.backend === other.backend &&
    one.kind === other.kind &&
    one.service === other.service &&
    one.account === other.account
  )
}
