import { createHash, randomBytes } from 'node:crypto'
import { credentialKey } from '#shared/credential.ts'
import type { OpenRefresh, RefreshJournal } from '../../core/tokens/refresh-journal.ts'
import type { Secret } from '../../core/secret.ts'
import { refOfKey } from './catalog-codec.ts'
import type { CatalogDatabase } from './catalog-database.ts'

type Row = {
  readonly salt: string
  readonly spent: string
  readonly step: OpenRefresh['step']
  readonly begun_at: string
}

const SALT_BYTES = 16
/** 64 bits: enough to recognize a token, and with the salt useless for finding one. */
const MARK_LENGTH = 16
const insert = 'INSERT OR REPLACE INTO refreshes (key, salt, spent, step, begun_at) VALUES (?, ?, ?, ?, ?)'
const select = 'SELECT salt, spent, step, begun_at FROM refreshes WHERE key = ?'

/** The journal of refreshes over the catalog's table `refreshes`. */
export function refreshRows({ rows, run }: CatalogDatabase): RefreshJournal {
  const openFor: RefreshJournal['openFor'] = (ref, refreshToken) => {
    const row = rows<Row>(select, credentialKey(ref))[0]
    if (row === undefined || markOf(refreshToken, row.salt) !== row.spent) return null
    return { step: row.step, since: new Date(row.begun_at) }
  }
  return {
    openFor,
    begin: (ref, spent, at) => {
      if (openFor(ref, spent) !== null) return
      const salt = randomBytes(SALT_BYTES).toString('hex')
      run(insert, credentialKey(ref), salt, markOf(spent, salt), 'asked', at.toISOString())
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
