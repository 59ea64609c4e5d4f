import type { DatabaseSync } from 'node:sqlite'
import { requireOwnSchema } from './catalog-schema.ts'
import { readSqlite } from '../files/sqlite-file.ts'

/** Number of entries that a catalog lists, and of entries removed from it since it was made. */
export type Tally = { readonly entries: number; readonly removals: number }

/** Name of the preference in which a catalog counts its removals. */
const REMOVALS = 'removals'

const NOTHING: Tally = { entries: 0, removals: 0 }

/**
 * Counts a removal; runs in the transaction that removes the key, before the removal. Keys that are not
 * listed do not count.
 */
export const countRemoval = `INSERT INTO preferences (name, value)
  SELECT '${REMOVALS}', '1' WHERE EXISTS (SELECT 1 FROM credentials WHERE key = ?)
  ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1`

/**
 * Returns the tally of a catalog or of a backup, read only. Zero for a file that is missing, empty or
 * unreadable.
 */
export function tallyOf(path: string): Tally {
  let database: DatabaseSync | null = null
  try {
    database = readSqlite(path, 5000)
    requireOwnSchema(database)
    const [row] = database
      .prepare(
        `SELECT (SELECT count(*) FROM credentials) AS entries,
           (SELECT CAST(value AS INTEGER) FROM preferences WHERE name = '${REMOVALS}') AS removals`
      )
      .all()
    return { entries: Number(row?.['entries'] ?? 0), removals: Number(row?.['removals'] ?? 0) }
  } catch {
    return NOTHING
  } finally {
    database?.close()
  }
}

/**
 * Returns the tally of an open catalog. Another connection would give its log the mode that the file then
 * has.
 */
export function tallyOfOpen(catalog: {
  readonly list: () => readonly unknown[]
  readonly preference: (name: string) => unknown
}): Tally {
  const removals = catalog.preference(REMOVALS)
  return { entries: catalog.list().length, removals: typeof removals === 'number' ? removals : 0 }
}

/** False: entries are missing that were listed before and that Latchkey has not removed since. */
export function isExplained(now: Tally, before: Tally): boolean {
  return now.entries + now.removals >= before.entries + before.removals
}
