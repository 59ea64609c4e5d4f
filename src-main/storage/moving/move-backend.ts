import type { BackendId } from '#shared/credential.ts'
import { VaultError, isEntryProblem } from '#shared/problem.ts'
import type { SecretBackend } from '../../core/ports.ts'
import {
  assertSameMove,
  endMoveJournal,
  readMoveJournal,
  writeMoveJournal,
  type MoveJournal
} from './move-journal.ts'

export type MoveOptions = {
  readonly source: SecretBackend
  readonly target: SecretBackend
  /**
   * Path of the journal, which survives a crash; it has the names of entries and no secrets. Its folder
   * exists.
   */
  readonly journal: string
  /**
   * Makes the target the store of these keys, durably. It may be called again after a crash and must then be
   * harmless.
   */
  readonly switchTo: (target: BackendId, keys: readonly string[]) => Promise<void>
  /** Kept in the journal for the process that continues after a crash. */
  readonly settings?: MoveJournal['settings']
  /** False: the entry was removed on purpose, so its copy is not kept. Default: every entry is wanted. */
  readonly isWanted?: (key: string) => boolean
  /** Returns the name of the entry for a person. Default: its key. */
  readonly nameOf?: (key: string) => string
  readonly onProgress?: (progress: MoveProgress) => void
}
export type MoveProgress = {
  readonly step: 'copy' | 'verify' | 'switch' | 'remove'
  readonly done: number
  readonly total: number
}

/**
 * Moves every entry: copy, read back, switch, remove. If it is called again after a kill at any moment, it
 * continues; until the switch the source has everything, from then on the target. Other processes must not
 * write to either store meanwhile; values written to the source between two runs are moved too. A key of the
 * source without a value stays as it is.
 *
 * Returns the number of moved entries. Throws, with the source whole and still the store:
 * CREDENTIAL_UNREADABLE if entries can't be read, with their names, or if one did not come back unchanged;
 * INVALID_REQUEST if the target already holds another value for one of them or another move is under way; and
 * the errors of the two stores.
 */
export async function moveSecrets(options: MoveOptions): Promise<number> {
  const { source, target } = options
  if (source.id === target.id) {
    throw new VaultError('INVALID_REQUEST', {
      message: 'The entries are already in this kind of store. Choose another one.'
    })
  }
  const found = await readMoveJournal(options.journal)
  if (found) assertSameMove(found, source.id, target.id)
  let journal = found ?? (await begin(options))
  if (journal.phase === 'copy') journal = await copyAll(options, journal)
  if (journal.phase === 'switch') journal = await switchOver(options, journal)
  await removeAll(options, journal)
  await endMoveJournal(options.journal)
  return journal.keys.length
}

/**
 * Takes back a move that has not switched: its copies are deleted, the source stays. False: there was no
 * move.
 */
export async function undoMove({ source, target, journal: path }: MoveOptions): Promise<boolean> {
  const journal = await readMoveJournal(path)
  if (!journal) return false
  assertSameMove(journal, source.id, target.id)
  if (journal.phase !== 'copy') {
    throw new VaultError('INVALID_REQUEST', {
      message: 'The move has already switched the store. Finish it instead.'
    })
  }
  for (const key of journal.keys) {
    // The copy is kept if the source no longer has the value, because it is then the last one.
    if ((await source.get(key)) !== null) await target.delete(key)
  }
  await endMoveJournal(path)
  return true
}

/**
 * Begins a move. All entries are read, and their places in the target checked, before anything is written.
 */
async function begin(options: MoveOptions): Promise<MoveJournal> {
  const { source, target, settings = null } = options
  const keys = await copyable(options, await source.list())
  const journal: MoveJournal = { v: 1, from: source.id, to: target.id, phase: 'copy', keys, settings }
  await writeMoveJournal(options.journal, journal)
  return journal
}

/**
 * Adds and removes the keys that changed since the journal was written; changed values are copied again
 * anyway.
 */
async function catchUp(options: MoveOptions, journal: MoveJournal): Promise<MoveJournal> {
  const known = new Set(journal.keys)
  const added = await copyable(
    options,
    (await options.source.list()).filter((key) => !known.has(key))
  )
  const kept: string[] = []
  for (const key of journal.keys) {
    if (isWanted(options, key)) kept.push(key)
    // The key is gone from the catalog and from the source. A key that is still in the source stays wanted.
    else if ((await options.source.get(key)) === null) await options.target.delete(key)
    else kept.push(key)
  }
  if (added.length === 0 && kept.length === journal.keys.length) return journal
  const next = { ...journal, keys: [...kept, ...added] }
  await writeMoveJournal(options.journal, next)
  return next
}

const isWanted = ({ isWanted }: MoveOptions, key: string): boolean => isWanted?.(key) ?? true

async function copyAll(options: MoveOptions, found: MoveJournal): Promise<MoveJournal> {
  const { source, target } = options
  const journal = await catchUp(options, found)
  await eachKey(options, 'copy', journal.keys, async (key) => {
    const value = await valueIn(source, key)
    if ((await target.get(key)) !== value) await target.set(key, value)
  })
  await eachKey(options, 'verify', journal.keys, async (key) => {
    if ((await target.get(key)) !== (await valueIn(source, key))) {
      throw new VaultError('CREDENTIAL_UNREADABLE', {
        message: 'The new store returned a changed entry. The old store is complete and still in use.'
      })
    }
  })
  return advance(options, journal, 'switch')
}

async function switchOver(options: MoveOptions, journal: MoveJournal): Promise<MoveJournal> {
  options.onProgress?.({ step: 'switch', done: 0, total: 1 })
  await options.switchTo(options.target.id, journal.keys)
  options.onProgress?.({ step: 'switch', done: 1, total: 1 })
  return advance(options, journal, 'remove')
}

/**
 * Removes the entries from the source. The target is the store now and may hold newer values; an entry that
 * the target has lost stays in the source.
 */
async function removeAll(options: MoveOptions, journal: MoveJournal): Promise<void> {
  const { source, target } = options
  const held = new Set(await target.list())
  await eachKey(options, 'remove', journal.keys, async (key) => {
    const isThere = held.has(key) && (await target.get(key)) !== null
    if (isThere || !isWanted(options, key)) await source.delete(key)
  })
  // Half-written files of killed processes are removed too, because they may hold secrets.
  await source.tidy?.()
}

async function valueIn(source: SecretBackend, key: string): Promise<string> {
  const value = await source.get(key)
  if (value !== null) return value
  throw new VaultError('INVALID_REQUEST', {
    message: 'An entry is no longer in its store. Take the move back and start it again.'
  })
}

async function eachKey(
  { onProgress }: MoveOptions,
  step: MoveProgress['step'],
  keys: readonly string[],
  act: (key: string) => Promise<void>
): Promise<void> {
  for (const [index, key] of keys.entries()) {
    await act(key)
    onProgress?.({ step, done: index + 1, total: keys.length })
  }
}

async function advance(
  options: MoveOptions,
  journal: MoveJournal,
  phase: MoveJournal['phase']
): Promise<MoveJournal> {
  const next = { ...journal, phase }
  await writeMoveJournal(options.journal, next)
  return next
}

type Sides = {
  readonly source: SecretBackend
  readonly target: SecretBackend
  /** Returns the name of the entry for a person. Default: its key. */
  readonly nameOf?: (key: string) => string
}

/** Largest number of names in a sentence. */
const MOST_NAMES = 5

/**
 * Returns the keys that have a value in the source and a free place, or the same value, in the target: values
 * of the target are not overwritten. Throws CREDENTIAL_UNREADABLE with the names of all unreadable entries,
 * INVALID_REQUEST for a place that is taken, and the errors of the two stores.
 */
async function copyable(options: Sides, keys: readonly string[]): Promise<string[]> {
  const { source, target } = options
  const found: string[] = []
  const unreadable: string[] = []
  for (const key of keys) {
    const value = await readable(source, key)
    if (value === undefined) unreadable.push(key)
    else if (value !== null && (await isFree(target, key, value))) found.push(key)
  }
  if (unreadable.length > 0) throw cantBeRead(unreadable.map(options.nameOf ?? String))
  return found
}

/** Reads a value. Throws the other errors of the store. Undefined: the value is there but can't be read. */
async function readable(source: SecretBackend, key: string): Promise<string | null | undefined> {
  try {
    return await source.get(key)
  } catch (error) {
    if (isEntryProblem(error)) return undefined
    throw error
  }
}

async function isFree(target: SecretBackend, key: string, value: string): Promise<true> {
  const there = await target.get(key)
  if (there === null || there === value) return true
  throw new VaultError('INVALID_REQUEST', {
    message: 'The new store already holds another value for one of the entries. Nothing was changed.'
  })
}

function cantBeRead(names: readonly string[]): VaultError {
  const rest = names.length - MOST_NAMES
  const list = names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
  return new VaultError('CREDENTIAL_UNREADABLE', {
    message: `Nothing was moved, because these entries can’t be read: ${list}. Sign in again, or remove them.`
  })
}
