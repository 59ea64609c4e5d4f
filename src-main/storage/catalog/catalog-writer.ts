import type { CatalogDatabase } from './catalog-database.ts'
import type { CatalogMirror } from './catalog-mirror.ts'

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
