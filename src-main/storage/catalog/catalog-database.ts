import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { VaultError } from '#shared/problem.ts'

/** Prepared statements of one database, kept until it closes. */
export type CatalogDatabase = {
  /** Returns the rows of a query. Throws CREDENTIAL_UNREADABLE. */
  readonly rows: <Row>(sql: string, ...args: string[]) => Row[]
  /** Runs a statement. Throws STORE_WRITE_FAILED. */
  readonly run: (sql: string, ...args: (string | null)[]) => void
  /** Runs `work` as one transaction: all of it takes effect, or none. */
  readonly together: (work: () => void) => void
}

export function catalogDatabase(database: DatabaseSync): CatalogDatabase {
  const prepared = new Map<string, StatementSync>()
  const statement = (sql: string): StatementSync => {
    const found = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, found)
    return found
  }
  const run: CatalogDatabase['run'] = (sql, ...args) =>
    orThrow('STORE_WRITE_FAILED', () => void statement(sql).run(...args))
  return {
    run,
    rows: <Row>(sql: string, ...args: string[]) =>
      orThrow('CREDENTIAL_UNREADABLE', () => statement(sql).all(...args) as unknown as Row[]),
    together: (work) => {
      run('BEGIN IMMEDIATE')
      try {
        work()
        run('COMMIT')
      } catch (error) {
        run('ROLLBACK')
        throw error
      }
    }
  }
}

function orThrow<T>(code: 'CREDENTIAL_UNREADABLE' | 'STORE_WRITE_FAILED', work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof VaultError ? error : new VaultError(code, { cause: error })
  }
}
