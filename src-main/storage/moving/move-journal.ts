import * as v from 'valibot'
import { backendIds, type BackendId } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { storeSchema } from '../backends/backend-config.ts'
import { removeFile, writeFileAtomic } from '../files/atomic-file.ts'
import { readPrivateFile } from '../files/private-files.ts'
import { parseJson } from '../files/json-text.ts'

const journalSchema = v.strictObject({
  v: v.literal(1),
  from: v.picklist(backendIds),
  to: v.picklist(backendIds),
  /** `copy`: the source is the store. `switch`: either of the two may be. `remove`: the target is. */
  phase: v.picklist(['copy', 'switch', 'remove']),
  /** Entries whose copy in the target was made by this move. */
  keys: v.array(v.string()),
  /** Settings of the two stores for the process that continues after a crash. Null: the default. */
  settings: v.optional(v.nullable(v.strictObject({ from: v.nullable(storeSchema), to: storeSchema })), null)
})
export type MoveJournal = v.InferOutput<typeof journalSchema>

/** Reads the journal. Throws CREDENTIAL_UNREADABLE if it can't be read. Null: no move is under way. */
export async function readMoveJournal(path: string): Promise<MoveJournal | null> {
  const text = await readPrivateFile(path)
  if (text === null) return null
  const parsed = v.safeParse(journalSchema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new VaultError('CREDENTIAL_UNREADABLE', {
    message: 'The record of a move between stores can’t be read. Both stores were left untouched.'
  })
}

/** Writes the journal, durable when it resolves. Throws STORE_WRITE_FAILED. */
export function writeMoveJournal(path: string, journal: MoveJournal): Promise<void> {
  return writeFileAtomic(path, JSON.stringify(journal))
}

export async function endMoveJournal(path: string): Promise<void> {
  await removeFile(path)
}

/** Throws INVALID_REQUEST if another move is under way. */
export function assertSameMove(journal: MoveJournal, from: BackendId, to: BackendId): void {
  if (journal.from === from && journal.to === to) return
  throw new VaultError('INVALID_REQUEST', {
    message: `A move from ${journal.from} to ${journal.to} was interrupted. Finish it first.`
  })
}
