import type { SignOutNotes } from '../../core/sign-in/sign-out-notes.ts'
import type { CatalogDatabase } from './catalog-database.ts'

export type { SignOutNotes }

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
const insert = 'INSERT INTO sign_outs (name, account, host, page, at) VALUES (?, ?, ?, ?, ?)'
const dropOldest =
  'DELETE FROM sign_outs WHERE id NOT IN (SELECT id FROM sign_outs ORDER BY id DESC LIMIT CAST(? AS INTEGER))'
/** Newest first. */
export const selectSignOuts =
  'SELECT CAST(id AS TEXT) AS id, name, account, host, page, at, told FROM sign_outs ORDER BY sign_outs.id DESC'
const newest = 'SELECT CAST(max(id) AS TEXT) AS id FROM sign_outs'

/** Sign-outs that were not confirmed, in the catalog's table `sign_outs`; at most the last 200. */
export function signOutRows({ rows, run, together }: CatalogDatabase): SignOutNotes {
  return {
    list: () => rows<SignOutRow>(selectSignOuts).map(decodeSignOut),
    add: ({ name, account, host, page, at }) => {
      let id = ''
      together(() => {
        run(insert, name, account, host, page, at.toISOString())
        run(dropOldest, MOST_KEPT)
        id = rows<{ id: string }>(newest)[0]?.id ?? ''
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
