import type { CatalogDatabase } from './catalog-database.ts'
import type { CatalogMirror } from './catalog-mirror.ts'

const recordUse = `UPDATE credentials SET last_used_at = max(coalesce(last_used_at, ''), ?) WHERE key = ?`

export type CatalogWriter = {
  /** One transaction: `work`, which is about one key, and the last uses that wait. */
  readonly change: (key: string, work: () => void) => void
  readonly noteUse: (key: string, at: Date) => void
  /** Never throws: a last use that can't be written waits for the next change. */
  readonly flush: () => void
}

/** Writes through to the database and tells the mirror. */
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
      // Only information, and nobody waits for it.
    }
  }
}
