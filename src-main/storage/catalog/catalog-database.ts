import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { createHash, randomBytes } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'
import { credentialKey } from '#shared/credential.ts'
import type { OpenRefresh, RefreshJournal } from '../../core/tokens/refresh-journal.ts'
import type { Secret } from '../../core/secret.ts'
import type { SignOutNotes } from '../../core/sign-in/sign-out-notes.ts'
import { refOfKey } from './catalog-codec.ts'

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

type RefreshRow = {
  readonly salt: string
  readonly spent: string
  readonly step: OpenRefresh['step']
  readonly begun_at: string
}

const SALT_BYTES = 16
/** 64 bits: enough to recognize a token, and with the salt useless for finding one. */
const MARK_LENGTH = 16
const insertRefresh =
  'INSERT OR REPLACE INTO refreshes (key, salt, spent, step, begun_at) VALUES (?, ?, ?, ?, ?)'
const selectRefresh = 'SELECT salt, spent, step, begun_at FROM refreshes WHERE key = ?'

/** The journal of refreshes over the catalog's table `refreshes`. */
export function refreshRows({ rows, run }: CatalogDatabase): RefreshJournal {
  const openFor: RefreshJournal['openFor'] = (ref, refreshToken) => {
    const row = rows<RefreshRow>(selectRefresh, credentialKey(ref))[0]
    if (row === undefined || markOf(refreshToken, row.salt) !== row.spent) return null
    return { step: row.step, since: new Date(row.begun_at) }
  }
  return {
    openFor,
    begin: (ref, spent, at) => {
      if (openFor(ref, spent) !== null) return
      const salt = randomBytes(SALT_BYTES).toString('hex')
      run(insertRefresh, credentialKey(ref), salt, markOf(spent, salt), 'asked', at.toISOString())
    },
    answered: (ref) => run("UPDATE refreshes SET step = 'answered' WHERE key = ?", credentialKey(ref)),
    settle: (ref) => run('DELETE FROM refreshes WHERE key = ?', credentialKey(ref)),
    open: () =>
      rows<{ key: string }>('SELECT key FROM refreshes ORDER BY begun_at, key')
        .map(({ key }) => refOfKey(key))
        .filter((ref) => ref !== null)
  }
}

function markOf(token: Secret, salt: string): string {
  const digest = token.expose((text) => createHash('sha256').update(`${salt} ${text}`).digest('hex'))
  return digest.slice(0, MARK_LENGTH)
}

export type SignOutRow = {
  readonly id: string
  readonly name: string
  readonly account: string
  readonly host: string
  readonly page: string | null
  readonly at: string
  readonly told: number
}

const MOST_KEPT = '200'
const insertSignOut = 'INSERT INTO sign_outs (name, account, host, page, at) VALUES (?, ?, ?, ?, ?)'
const dropOldestSignOuts =
  'DELETE FROM sign_outs WHERE id NOT IN (SELECT id FROM sign_outs ORDER BY id DESC LIMIT CAST(? AS INTEGER))'
/** Newest first. */
export const selectSignOuts =
  'SELECT CAST(id AS TEXT) AS id, name, account, host, page, at, told FROM sign_outs ORDER BY sign_outs.id DESC'
const newestSignOut = 'SELECT CAST(max(id) AS TEXT) AS id FROM sign_outs'

/** Sign-outs that were not confirmed, in the catalog's table `sign_outs`; at most the last 200. */
export function signOutRows({ rows, run, together }: CatalogDatabase): SignOutNotes {
  return {
    list: () => rows<SignOutRow>(selectSignOuts).map(decodeSignOut),
    add: ({ name, account, host, page, at }) => {
      let id = ''
      together(() => {
        run(insertSignOut, name, account, host, page, at.toISOString())
        run(dropOldestSignOuts, MOST_KEPT)
        id = rows<{ id: string }>(newestSignOut)[0]?.id ?? ''
      })
      return id
    },
    remove: (id) => run('DELETE FROM sign_outs WHERE id = CAST(? AS INTEGER)', id),
    putAway: () => run('UPDATE sign_outs SET told = 1 WHERE told = 0')
  }
}

/** Decodes a row. Never throws: a time that can't be read becomes 1970-01-01, so that the list works. */
export function decodeSignOut({ at, told, ...row }: SignOutRow): ReturnType<SignOutNotes['list']>[number] {
  const day = new Date(at)
  return { ...row, at: Number.isNaN(day.getTime()) ? new Date(0) : day, isTold: told === 1 }
}
