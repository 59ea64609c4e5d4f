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
  /** File that outlives a crash; names of entries stand in it and no secret. Its folder exists. */
  readonly journal: string
  /** Makes the target the store of these keys, durably. It may be called again after a crash and must do no harm then. */
  readonly switchTo: (target: BackendId, keys: readonly string[]) => Promise<void>
  /** Kept in the journal for whoever goes on after a crash. */
  readonly settings?: MoveJournal['settings']
  /** False: the entry of that key was removed on purpose, so no copy of it is kept. Default: every entry is wanted. */
  readonly isWanted?: (key: string) => boolean
  /** What a person calls the entry. Default: its key. */
  readonly nameOf?: (key: string) => string
  readonly onProgress?: (progress: MoveProgress) => void
}
export type MoveProgress = {
  readonly step: 'copy' | 'verify' | 'switch' | 'remove'
  readonly done: number
  readonly total: number
}

/**
 * Moves every entry: copy, read back, switch, remove. Called again after a kill at any moment it goes on where it was;
 * until the switch the source has everything, and from then on the target. Nobody else may write to either meanwhile;
 * what was written to the source between two runs is moved, too. A key of the source without a value stays as it is.
 *
 * Answers how many were moved. Throws, with the source whole and still the store: CREDENTIAL_UNREADABLE, with their
 * names, if entries can't be read, or if one did not come back as it was; INVALID_REQUEST if the target already holds
 * another value for one of them or another move is under way; and what the two stores throw.
 */
export async function moveSecrets(options: MoveOptions): Promise<number> {
  const { source, target } = options
  if (source.id === target.id) {
    throw new VaultError('INVALID_REQUEST', {
      message: 'The entries are to be moved to another kind of store.'
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

/** Takes back a move that has not switched: its copies go, the source stays. False: there was none. */
export async function undoMove({ source, target, journal: path }: MoveOptions): Promise<boolean> {
  const journal = await readMoveJournal(path)
  if (!journal) return false
  assertSameMove(journal, source.id, target.id)
  if (journal.phase !== 'copy') {
    throw new VaultError('INVALID_REQUEST', { message: 'The move has switched already. Finish it instead.' })
  }
  for (const key of journal.keys) {
    // Only what the source still has: a copy that has become the last one is no copy.
    if ((await source.get(key)) !== null) await target.delete(key)
  }
  await endMoveJournal(path)
  return true
}

/** Nothing is written before every entry was read and has a free place, or the same value, in the target. */
async function begin(options: MoveOptions): Promise<MoveJournal> {
  const { source, target, settings = null } = options
  const keys = await copyable(options, await source.list())
  const journal: MoveJournal = { v: 1, from: source.id, to: target.id, phase: 'copy', keys, settings }
  await writeMoveJournal(options.journal, journal)
  return journal
}

/** The journal with what was added and removed since it was written; a changed value is copied again anyway. */
async function catchUp(options: MoveOptions, journal: MoveJournal): Promise<MoveJournal> {
  const known = new Set(journal.keys)
  const added = await copyable(
    options,
    (await options.source.list()).filter((key) => !known.has(key))
  )
  const kept: string[] = []
  for (const key of journal.keys) {
    if (isWanted(options, key)) kept.push(key)
    // Gone from both: a key that is still in the source is wanted, whoever asks.
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
        message:
          'An entry did not come back from the new store as it was. The old store is whole and still in use.'
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

/** The target is the store by now and may hold newer values; what it lost is not removed from the source. */
async function removeAll(options: MoveOptions, journal: MoveJournal): Promise<void> {
  const { source, target } = options
  const held = new Set(await target.list())
  await eachKey(options, 'remove', journal.keys, async (key) => {
    const isThere = held.has(key) && (await target.get(key)) !== null
    if (isThere || !isWanted(options, key)) await source.delete(key)
  })
  // Nothing of the secrets stays behind, half-written files of killed writers among it.
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
  /** What a person calls the entry. Default: its key. */
  readonly nameOf?: (key: string) => string
}

/** A sentence has room for that many names. */
const MOST_NAMES = 5

/**
 * Those of the keys that have a value in the source and a free place, or the same value, in the target: what it held
 * before is not overwritten. Throws CREDENTIAL_UNREADABLE with the names of all that can't be read, INVALID_REQUEST for a
 * place that is taken, and what the two stores throw.
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

/** Undefined: it is there and can't be read. Throws what else the store throws. */
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
