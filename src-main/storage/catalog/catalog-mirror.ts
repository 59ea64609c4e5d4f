import { isDeepStrictEqual } from 'node:util'
import type { CatalogEntry } from '../../core/credential-record.ts'
import { decodeEntry, type ReadRow } from './catalog-codec.ts'
import type { CatalogDatabase } from './catalog-database.ts'

export type IntentKind = 'save' | 'remove'
export type Intent = { readonly key: string; readonly kind: IntentKind }
type HeldRow = ReadRow & { readonly saved_at: string | null }
type Held = { readonly row: HeldRow; readonly entry: CatalogEntry; readonly savedAt: Date | null }

/** The state of a key. `row` is the same object until the row changes; null: there is no row. */
export type CatalogLook = {
  /** Null: there is no entry, or it is being removed. */
  readonly entry: CatalogEntry | null
  readonly intent: IntentKind | null
  /** Time at which the newest record seen so far was saved. Null: unknown. */
  readonly savedAt: Date | null
  readonly row: object | null
}

const selectRows = `SELECT credentials.*, labels.value AS labels FROM credentials LEFT JOIN labels USING (key)`

/**
 * The catalog's rows in memory. Before every answer `PRAGMA data_version` is checked; it changes when another
 * connection has committed (SQLite, "PRAGMA data_version"). Writes of this connection are reported by
 * `touch`.
 */
export class CatalogMirror {
  readonly #database: Pick<CatalogDatabase, 'rows'>
  /** Data version of the loaded rows. Null: they are not loaded, or stale. */
  #version: number | null = null
  #held = new Map<string, Held>()
  #intents = new Map<string, IntentKind>()
  #list: readonly CatalogEntry[] | null = null
  readonly #uses = new Map<string, Date>()

  constructor(database: Pick<CatalogDatabase, 'rows'>) {
    this.#database = database
  }

  /** Returns the entries that are not being removed, by key. */
  list(): CatalogEntry[] {
    if (!this.#isFresh()) this.#load()
    this.#list ??= [...this.#held]
      .filter(([key]) => this.#intents.get(key) !== 'remove')
      .map(([key, { entry }]) => this.#withUse(key, entry))
    return [...this.#list]
  }

  /**
   * Returns the state of a key. Checks only once whether another process has written: every check delays a
   * token.
   */
  look(key: string): CatalogLook {
    const isFresh = this.#isFresh()
    const held = isFresh ? this.#held.get(key) : this.#read(key)
    const intent = (isFresh ? this.#intents.get(key) : this.#readIntent(key)) ?? null
    const entry = held && intent !== 'remove' ? this.#withUse(key, held.entry) : null
    return { entry, intent, savedAt: held?.savedAt ?? null, row: held?.row ?? null }
  }

  /** Returns whether the row is still the one that `look` returned and no change of it has begun. */
  isStill(key: string, row: object): boolean {
    const now = this.look(key)
    return now.intent === null && isDeepStrictEqual(now.row, row)
  }

  /** Returns the entry. Null: there is none, or it is being removed. */
  find(key: string): CatalogEntry | null {
    return this.look(key).entry
  }

  /** Returns the entry, also one that is being removed. Null: there is none. */
  entry(key: string): CatalogEntry | null {
    const held = this.#isFresh() ? this.#held.get(key) : this.#read(key)
    return held ? this.#withUse(key, held.entry) : null
  }

  intentOf(key: string): IntentKind | null {
    return (this.#isFresh() ? this.#intents.get(key) : this.#readIntent(key)) ?? null
  }

  /** Reads the rows of a key again after this connection has written them. */
  touch(key: string): void {
    this.#list = null
    if (this.#version === null) return
    const held = this.#read(key)
    const intent = this.#readIntent(key)
    if (intent) this.#intents.set(key, intent)
    else this.#intents.delete(key)
    // The place of a new key in the order is left to SQLite.
    if (held && !this.#held.has(key)) this.#version = null
    else if (held) this.#held.set(key, held)
    else this.#held.delete(key)
  }

  /** Uses that are not yet in the database. */
  get uses(): ReadonlyMap<string, Date> {
    return this.#uses
  }

  noteUse(key: string, at: Date): void {
    this.#uses.set(key, at)
    this.#list = null
  }

  /** Forgets the uses, which are in the database now. */
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
    // The version is read first: after a commit in between, the rows are newer than the version and are read
    // again.
    const version = this.#dataVersion()
    const rows = this.#database.rows<HeldRow>(`${selectRows} ORDER BY key`)
    const intents = this.#database.rows<Intent>('SELECT key, kind FROM intents')
    this.#held = new Map(rows.map((row) => [row.key, this.#hold(row)]))
    this.#intents = new Map(intents.map(({ key, kind }) => [key, kind]))
    this.#list = null
    this.#version = version
  }

  #read(key: string): Held | undefined {
    const [row] = this.#database.rows<HeldRow>(`${selectRows} WHERE key = ?`, key)
    return row && this.#hold(row)
  }

  #readIntent(key: string): IntentKind | undefined {
    return this.#database.rows<Intent>('SELECT key, kind FROM intents WHERE key = ?', key)[0]?.kind
  }

  /** Decodes a row, unless it has not changed. */
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
    one.account === other.account &&
    one.labels === other.labels
  )
}

const recordUse = `UPDATE credentials SET last_used_at = max(coalesce(last_used_at, ''), ?) WHERE key = ?`

export type CatalogWriter = {
  /** Runs `work`, which changes one key, and writes the waiting last uses, in one transaction. */
  readonly change: (key: string, work: () => void) => void
  readonly noteUse: (key: string, at: Date) => void
  /** Writes the waiting last uses. Never throws: a use that can't be written waits for the next change. */
  readonly flush: () => void
}

/** Writes to the database and reports each write to the mirror. */
export function catalogWriter(
  database: CatalogDatabase,
  mirror: CatalogMirror,
  flushMs: number
): CatalogWriter {
  let timer: NodeJS.Timeout | null = null
  const commit = (work: () => void): void => {
    database.together(() => {
      for (const [key, at] of mirror.uses) database.run(recordUse, at.toISOString(), key)
      work()
    })
    mirror.forgetUses()
  }
  return {
    change: (key, work) => {
      try {
        commit(work)
      } finally {
        mirror.touch(key)
      }
    },
    noteUse: (key, at) => {
      mirror.noteUse(key, at)
      timer ??= setTimeout(() => {
        timer = null
        flushUses()
      }, flushMs).unref()
    },
    flush: () => {
      if (timer) clearTimeout(timer)
      timer = null
      flushUses()
    }
  }

  function flushUses(): void {
    try {
      if (mirror.uses.size > 0) commit(() => undefined)
    } catch {
      // A last use is only information; it is written with the next change.
    }
  }
}
