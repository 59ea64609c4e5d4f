import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a program was given: until when it holds, and when it was refreshed because it was refused. Times of the clock. */
export type GivenBefore = {
  /** ISO text; null: it does not end. */
  readonly expiresAt: string | null
  /** Milliseconds; null: never. */
  readonly forcedAt: number | null
}

/** What was given to the programs that have asked lately. A wish is a text that two equal ones share. */
export type KubectlCalls = {
  /** What the program that asks now was given before for the same wish. Null: it asks for the first time. */
  readonly given: (wish: string) => GivenBefore | null
  readonly note: (wish: string, given: GivenBefore) => void
}

type Row = GivenBefore & { readonly parent: string; readonly wish: string }

/** Rows that are kept, the newest first. */
const MOST = 32

/**
 * The calls of the programs that have asked lately, in a file of a folder that is the person's alone. It holds no
 * secret. `parent`: the program that asks, see `parentProgram`. A file that can not be read or written counts as empty.
 */
export function kubectlCalls(folder: string, parent: string): KubectlCalls {
  const path = join(folder, 'kubectl-calls.json')
  return {
    given: (wish) => {
      const rows = rowsOf(path).filter((row) => row.wish === wish)
      const own = rows.find((row) => row.parent === parent)
      // A token that is refused again and again is not refreshed for each command again.
      const forcedAt = rows.map((row) => row.forcedAt).find((time) => time !== null) ?? null
      return own === undefined ? null : { expiresAt: own.expiresAt, forcedAt }
    },
    note: (wish, given) => {
      const others = rowsOf(path).filter((row) => row.wish !== wish || row.parent !== parent)
      const rows = [{ parent, wish, ...given }, ...others].slice(0, MOST)
      const draft = `${path}.${process.pid}`
      try {
        writeFileSync(draft, JSON.stringify(rows), { mode: 0o600 })
        renameSync(draft, path)
      } catch {
        // The next call counts as the first one.
      }
    }
  }
}

/** A program, by its process id and the time of its start: an id alone is used again. */
export function parentProgram(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name before it may hold spaces and brackets; the start is field 22 (proc(5)).
    const startedAt = text.slice(text.lastIndexOf(')') + 2).split(' ')[19]
    return `${pid} ${startedAt}`
  } catch {
    return String(pid) // a system without /proc
  }
}

function rowsOf(path: string): readonly Row[] {
  try {
    const rows = JSON.parse(readFileSync(path, 'utf8')) as unknown
    return Array.isArray(rows) ? rows.filter(isRow) : []
  } catch {
    return []
  }
}

function isRow(value: unknown): value is Row {
  const { parent, wish, expiresAt, forcedAt } = (value ?? {}) as Readonly<Record<string, unknown>>
  return (
    typeof parent === 'string' &&
    typeof wish === 'string' &&
    (expiresAt === null || typeof expiresAt === 'string') &&
    (forcedAt === null || typeof forcedAt === 'number')
  )
}
