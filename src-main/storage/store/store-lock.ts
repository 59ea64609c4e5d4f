import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { lstat, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { VaultError } from '#shared/problem.ts'
import { KeyedQueue } from '../../core/keyed-queue.ts'
import { ensurePrivateDir, errorCode, PRIVATE_FILE_MODE } from '../files/private-files.ts'
import { openSqlite } from '../files/sqlite-file.ts'

const WAIT_MS = 30_000
const FIRST_PAUSE_MS = 1
const LONGEST_PAUSE_MS = 20
const SQLITE_BUSY = 5
const NAME_LENGTH = 32

type StoreLockOptions = {
  /** Folder of the lock files; processes that share it exclude each other. */
  readonly dir: string
  /** Milliseconds to wait for another holder; default: 30 seconds. */
  readonly waitMs?: number
}
/**
 * One task inside the lock. `over`: the task has ended, so work it left behind no longer counts as inside.
 */
type Turn = { over: boolean }

/**
 * A lock per key, shared by all processes that use the same folder.
 *
 * It is an operating system lock on an empty file, taken through SQLite. The system releases it when its
 * owner ends, in whatever way: a dead owner does not block the others, and two processes can't take a lock
 * over at once.
 */
export class StoreLock {
  readonly #dir: string
  readonly #waitMs: number
  readonly #queue = new KeyedQueue()
  readonly #inside = new AsyncLocalStorage<ReadonlyMap<string, Turn>>()

  constructor({ dir, waitMs = WAIT_MS }: StoreLockOptions) {
    this.#dir = dir
    this.#waitMs = waitMs
  }

  /**
   * Runs `task` alone for this key; resolves or rejects as it does. The same key may be taken again inside.
   * Values that were read before are stale and have to be read again inside. Throws STORE_WRITE_FAILED before
   * `task` is run if another process holds the lock for too long or the folder can't be used.
   */
  async exclusive<T>(key: string, task: () => Promise<T>): Promise<T> {
    const around = this.#inside.getStore()
    if (around?.get(key)?.over === false) return task()
    return this.#queue.run(key, async () => {
      const release = await this.#acquire(key)
      const turn: Turn = { over: false }
      try {
        return await this.#inside.run(new Map([...(around ?? []), [key, turn]]), task)
      } finally {
        turn.over = true
        release()
      }
    })
  }

  async #acquire(key: string): Promise<() => void> {
    await ensurePrivateDir(this.#dir)
    const path = join(
      this.#dir,
      `${createHash('sha256').update(key).digest('hex').slice(0, NAME_LENGTH)}.lock`
    )
    await makeLockFile(path)
    const deadline = performance.now() + this.#waitMs
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const release = tryLock(path)
      if (release) return release
      if (performance.now() >= deadline) throw stillHeld()
      // The pauses are random, so that many waiting tasks do not try at the same moment.
      await sleep(pause * (0.5 + Math.random()))
    }
  }
}

/** Takes the lock and returns the function that releases it. Null: another holder has it. */
function tryLock(path: string): (() => void) | null {
  let database: DatabaseSync | null = null
  try {
    database = openSqlite(path, { timeout: 0 })
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    return () => held.close()
  } catch (error) {
    database?.close()
    if ((error as { errcode?: unknown }).errcode === SQLITE_BUSY) return null
    throw new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
}

/**
 * Makes an empty file for its owner alone. A file that exists is not opened: on POSIX, closing any handle of
 * a file releases every lock that this process holds on it.
 */
async function makeLockFile(path: string): Promise<void> {
  try {
    const found = await lstat(path).catch(() => null)
    if (found === null) await (await open(path, 'wx', PRIVATE_FILE_MODE)).close()
    else if (!found.isFile() || found.size > 0) {
      throw new VaultError('STORE_WRITE_FAILED', {
        message: 'A lock file of the store was replaced. Remove it.'
      })
    }
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return
    throw error instanceof VaultError ? error : new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
}

const STILL_HELD =
  'Another Latchkey process keeps the store busy. Nothing was changed; close it, then try again.'

function stillHeld(): VaultError {
  return new VaultError('STORE_WRITE_FAILED', { message: STILL_HELD })
}

/** True for the error of a lock that another holder keeps; its other failures are of the folder or the file. */
export function isStillHeld(error: unknown): boolean {
  return error instanceof VaultError && error.message === STILL_HELD
}
