import { chmodSync, closeSync, constants, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type BackendId, type CredentialRef, credentialKey, refFromKey } from '#shared/credential.ts'
import type { EntryLabels } from '#shared/entry-labels.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry, CredentialHealth } from '../../core/credential-record.ts'
import { Emitter } from '../../core/emitter.ts'
import type { RefreshJournal } from '../../core/tokens/refresh-journal.ts'
import type { SignOutNotes } from '../../core/sign-in/sign-out-notes.ts'
import { encodeEntry } from './catalog-codec.ts'
import { catalogDatabase, type CatalogDatabase, refreshRows, signOutRows } from './catalog-database.ts'
import {
  CatalogMirror,
  type CatalogLook,
  catalogWriter,
  type CatalogWriter,
  type Intent,
  type IntentKind
} from './catalog-mirror.ts'
import { countRemoval } from './catalog-tally.ts'
import { migrate } from './catalog-schema.ts'
import { ensurePrivateDir, PRIVATE_FILE_MODE } from '../files/private-files.ts'
import { openSqlite } from '../files/sqlite-file.ts'
import { parseJson } from '../files/json-text.ts'

export type { CatalogLook, IntentKind }

/**
 * The index of the stored credentials, without secrets. Every change except that of the last use is durable
 * when its method returns. Entries come from memory as long as no other process has written.
 */
export type Catalog = {
  /** Returns the entries that are not being removed, by key. */
  list(): CatalogEntry[]
  /** Returns the state of a key at one moment. */
  look(key: string): CatalogLook
  /** Returns the entry. Null: there is none, or it is being removed. */
  find(ref: CredentialRef): CatalogEntry | null
  /** Returns the backend of an entry, also of one that is being removed. */
  backendOf(key: string): BackendId | null
  /** Returns the keys of all entries and all intents. */
  keys(): string[]
  /** Records the change that is about to begin for a key. */
  begin(key: string, kind: IntentKind, at: Date): void
  /** As `begin` of a removal that may still be undone by `settle`; listeners are told that the entry is hidden. */
  hide(key: string, at: Date): void
  intentOf(key: string): IntentKind | null
  intents(): Intent[]
  /** Removes the intent of a key. */
  settle(key: string): void
  /**
   * Writes the entry and settles its key, in one transaction. `savedAt` is the time at which its record was
   * saved; the latest time given for the key is kept. With `seen`, nothing is written if the row has changed
   * or is about to.
   */
  put(entry: CatalogEntry, savedAt?: Date | null, seen?: object): void
  /** Removes the entry and settles its key, in one transaction. */
  remove(key: string): void
  /** Sets the health and leaves an intent as it is. Null: there is no such entry. */
  setHealth(ref: CredentialRef, health: CredentialHealth): CatalogEntry | null
  /**
   * Sets the last use: visible here at once, in the file after some seconds, with the next change, or at
   * `close`. Null: there is no such entry.
   */
  setLastUsed(ref: CredentialRef, at: Date): CatalogEntry | null
  /** Sets what the person has written about an entry; null: nothing. Null: there is no such entry. */
  setLabels(ref: CredentialRef, labels: EntryLabels | null): CatalogEntry | null
  /** Sets the backend of these entries, in one transaction; leaves intents as they are. */
  relocate(keys: readonly string[], backend: BackendId): void
  /** Null: there is no such preference, or it is not JSON. */
  preference(name: string): unknown
  setPreference(name: string, value: unknown): void
  readonly refreshes: RefreshJournal
  readonly signOuts: SignOutNotes
  /**
   * Calls `listener` with the entry after each of its changes written here; null: several entries changed.
   * Returns the function that unsubscribes.
   */
  onChange(listener: (ref: CredentialRef | null) => void): () => void
  /** Idempotent. */
  close(): void
}

const upsert = `INSERT OR REPLACE INTO credentials
  (key, service, account, kind, backend, details, health, last_used_at, saved_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
    nullif(max(coalesce(?9, ''), coalesce((SELECT saved_at FROM credentials WHERE key = ?1), '')), ''))`
const recordIntent = 'INSERT OR REPLACE INTO intents (key, kind, begun_at) VALUES (?, ?, ?)'

/**
 * Longest time that a last use is in memory only: it is information, and tokens do not wait for a disk
 * because of it.
 */
const FLUSH_MS = 5000

/**
 * Opens the catalog, or makes it as a file for its owner alone. Throws CONFIG_INVALID if a newer version
 * wrote it, CREDENTIAL_UNREADABLE if it is not a catalog (both leave it untouched), STORE_WRITE_FAILED.
 */
export async function openCatalog(path: string, flushMs: number = FLUSH_MS): Promise<Catalog> {
  await ensurePrivateDir(dirname(path))
  try {
    const database = openDatabase(path)
    return catalogOver(database, flushMs)
  } catch (error) {
    if (error instanceof VaultError) throw error
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message: 'The catalog can’t be read. It was left untouched.',
      cause: error
    })
  }
}

function openDatabase(path: string): DatabaseSync {
  // SQLite gives its -wal and -shm files the mode of the database itself.
  closeSync(
    openSync(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), PRIVATE_FILE_MODE)
  )
  chmodSync(path, PRIVATE_FILE_MODE)
  const database = openSqlite(path, { timeout: 5000 })
  try {
    migrateFirst(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function migrateFirst(database: DatabaseSync): void {
  migrate(database)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
}

function catalogOver(file: DatabaseSync, flushMs: number): Catalog {
  const database = catalogDatabase(file)
  const mirror = new CatalogMirror(database)
  const writer = catalogWriter(database, mirror, flushMs)
  const changes = new Emitter<{ entry: CredentialRef | null }>()
  return {
    ...readsOf(database, mirror),
    ...announced(writesOf(database, mirror, writer), (ref) => changes.emit('entry', ref)),
    onChange: (listener) => changes.on('entry', listener),
    ...preferencesOf(database),
    refreshes: refreshRows(database),
    signOuts: signOutRows(database),
    close: () => {
      if (!file.isOpen) return
      writer.flush()
      file.close()
    }
  }
}

type Reads = Pick<Catalog, 'list' | 'look' | 'find' | 'backendOf' | 'keys' | 'intentOf' | 'intents'>

function readsOf({ rows }: CatalogDatabase, mirror: CatalogMirror): Reads {
  return {
    list: () => mirror.list(),
    look: (key) => mirror.look(key),
    find: (ref) => mirror.find(credentialKey(ref)),
    backendOf: (key) => mirror.entry(key)?.backend ?? null,
    keys: () =>
      rows<Intent>('SELECT key FROM credentials UNION SELECT key FROM intents ORDER BY key').map(
        ({ key }) => key
      ),
    intentOf: (key) => mirror.intentOf(key),
    intents: () => rows<Intent>('SELECT key, kind FROM intents ORDER BY begun_at, key')
  }
}

type Writes = Pick<
  Catalog,
  'begin' | 'hide' | 'settle' | 'put' | 'remove' | 'setHealth' | 'setLabels' | 'setLastUsed' | 'relocate'
>

function writesOf({ run }: CatalogDatabase, mirror: CatalogMirror, writer: CatalogWriter): Writes {
  const deleteIntent = (key: string): void => run('DELETE FROM intents WHERE key = ?', key)
  const begin = (key: string, kind: IntentKind, at: Date): void =>
    writer.change(key, () => run(recordIntent, key, kind, at.toISOString()))
  return {
    settle: (key) => writer.change(key, () => deleteIntent(key)),
    begin,
    hide: (key, at) => begin(key, 'remove', at),
    put: (entry, savedAt = null, seen) => {
      const row = encodeEntry(entry)
      const savedAtText = savedAt?.toISOString() ?? null
      const { key, service, account, kind, backend, details, health, last_used_at: lastUsedAt } = row
      writer.change(key, () => {
        if (seen && !mirror.isStill(key, seen)) return
        run(upsert, key, service, account, kind, backend, details, health, lastUsedAt, savedAtText)
        deleteIntent(key)
      })
    },
    remove: (key) =>
      writer.change(key, () => {
        run(countRemoval, key)
        run('DELETE FROM credentials WHERE key = ?', key)
        run('DELETE FROM labels WHERE key = ?', key)
        deleteIntent(key)
      }),
    relocate: (keys, backend) => {
      writer.change(keys[0] ?? '', () => {
        for (const key of keys) run('UPDATE credentials SET backend = ? WHERE key = ?', backend, key)
      })
      for (const key of keys) mirror.touch(key)
    },
    setHealth: (ref, health) => {
      const key = credentialKey(ref)
      const text = JSON.stringify(health)
      writer.change(key, () => run('UPDATE credentials SET health = ? WHERE key = ?', text, key))
      return mirror.find(key)
    },
    setLabels: (ref, labels) => {
      const key = credentialKey(ref)
      if (mirror.find(key) === null) return null
      writer.change(key, () =>
        labels === null
          ? run('DELETE FROM labels WHERE key = ?', key)
          : run('INSERT OR REPLACE INTO labels (key, value) VALUES (?, ?)', key, JSON.stringify(labels))
      )
      return mirror.find(key)
    },
    setLastUsed: (ref, at) => {
      const key = credentialKey(ref)
      if (mirror.find(key)) writer.noteUse(key, at)
      return mirror.find(key)
    }
  }
}

/** Returns the same writes; each reports the entry that it has changed. An intent alone is not reported. */
function announced(writes: Writes, tell: (ref: CredentialRef | null) => void): Writes {
  const tellKey = (key: string): void => {
    const ref = refFromKey(key)
    if (ref !== null) tell(ref)
  }
  return {
    ...writes,
    hide: (key, at) => {
      writes.hide(key, at)
      tellKey(key)
    },
    settle: (key) => {
      writes.settle(key)
      tellKey(key)
    },
    put: (entry, savedAt, seen) => {
      writes.put(entry, savedAt, seen)
      tell(entry.ref)
    },
    remove: (key) => {
      writes.remove(key)
      tellKey(key)
    },
    setHealth: (ref, health) => {
      const entry = writes.setHealth(ref, health)
      tell(ref)
      return entry
    },
    setLabels: (ref, labels) => {
      const entry = writes.setLabels(ref, labels)
      tell(ref)
      return entry
    },
    setLastUsed: (ref, at) => {
      const entry = writes.setLastUsed(ref, at)
      tell(ref)
      return entry
    },
    relocate: (keys, backend) => {
      writes.relocate(keys, backend)
      tell(null)
    }
  }
}

function preferencesOf({ rows, run }: CatalogDatabase): Pick<Catalog, 'preference' | 'setPreference'> {
  return {
    preference: (name) => {
      const [row] = rows<{ value: string }>('SELECT value FROM preferences WHERE name = ?', name)
      return row ? parseJson(row.value) : null
    },
    setPreference: (name, value) =>
      run('INSERT OR REPLACE INTO preferences (name, value) VALUES (?, ?)', name, JSON.stringify(value))
  }
}
