import type { BackendId } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { SecretBackend } from '../core/ports.ts'
import { assertSameMove, endMoveJournal, readMoveJournal, writeMoveJournal } from './move-journal.ts'
import type { MoveJournal } from './move-journal.ts'

export type MoveOptions = {
  readonly source: SecretBackend
  readonly target: SecretBackend
  /** File that outlives a crash; names of entries stand in it and no secret. Its folder exists. */
  readonly journal: string
  /** Makes the target the store, durably. It may be called again after a crash and must then do no harm. */
  readonly switchTo: (target: BackendId) => Promise<void>
  readonly onProgress?: (progress: MoveProgress) => void
}
export type MoveProgress = {
  readonly step: 'copy' | 'verify' | 'switch' | 'remove'
  readonly done: number
  readonly total: number
}

/**
 * Moves every entry: copy, read back, switch, remove. Called again after a kill at any moment it goes on where it was;
 * until the switch the source has everything, and from then on the target. Nobody else may write to either meanwhile.
 *
 * Answers how many were moved. Throws, with the source whole and still the store: CREDENTIAL_UNREADABLE if an entry
 * can't be read or did not come back as it was, INVALID_REQUEST if the target already holds another value for one of
 * them or another move is under way, and what the two stores throw.
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

/** What the target held before is not overwritten: every value has to be absent there, or the same. */
async function begin({ source, target, journal: path }: MoveOptions): Promise<MoveJournal> {
  const keys = await source.list()
  const own: string[] = []
  for (const key of keys) {
    const value = await source.get(key)
    const there = await target.get(key)
    if (there !== null && there !== value) {
      throw new VaultError('INVALID_REQUEST', {
        message: 'The new store already holds another value for one of the entries. Nothing was changed.'
      })
    }
    own.push(key)
  }
  const journal: MoveJournal = { v: 1, from: source.id, to: target.id, phase: 'copy', keys: own }
  await writeMoveJournal(path, journal)
  return journal
}

async function copyAll(options: MoveOptions, journal: MoveJournal): Promise<MoveJournal> {
  const { source, target } = options
  await assertNothingNew(source, journal)
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
  await options.switchTo(options.target.id)
  options.onProgress?.({ step: 'switch', done: 1, total: 1 })
  return advance(options, journal, 'remove')
}

/** The target is the store by now and may hold newer values; what it lacks altogether is not removed from the source. */
async function removeAll(options: MoveOptions, journal: MoveJournal): Promise<void> {
  const { source, target } = options
  const held = new Set(await target.list())
  await eachKey(options, 'remove', journal.keys, async (key) => {
    if (held.has(key) && (await target.get(key)) !== null) await source.delete(key)
  })
}

/** An entry that came since, by somebody who did not know of the move, is not left behind in silence. */
async function assertNothingNew(source: SecretBackend, journal: MoveJournal): Promise<void> {
  const known = new Set(journal.keys)
  if ((await source.list()).every((key) => known.has(key))) return
  throw new VaultError('INVALID_REQUEST', {
    message: 'An entry was added while a move was interrupted. Take the move back and start it again.'
  })
}

async function valueIn(source: SecretBackend, key: string): Promise<string> {
  const value = await source.get(key)
  if (value !== null) return value
  throw new VaultError('INVALID_REQUEST', {
    message: 'An entry was removed while a move was under way. Take the move back and start it again.'
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
