import * as v from 'valibot'
import { absolutePath } from '../absolute-path.ts'
import { newPassphrase } from '../passphrase.ts'
import { storeMove, type StoreMove, storeTarget } from '../stores.ts'
import { exportReport, importPreview } from '../transfer.ts'
import type { SocketRow } from './requests.ts'

export const moveOrder = v.variant('kind', [
  v.strictObject({ kind: v.literal('to'), target: storeTarget }),
  /** `passphrase`: of a target that needs one; else null. */
  v.strictObject({ kind: v.literal('resume'), passphrase: v.nullable(newPassphrase) })
])
export type MoveOrder = v.InferOutput<typeof moveOrder>

/** Told while a window asks the person whether the terminal may have its wish. */
export const ASKED_IN_WINDOW = { asks: 'window' } as const

/** True if the notice says that a window asks the person. */
export const isAskedInWindow = (notice: unknown): boolean =>
  v.is(v.strictObject({ asks: v.literal('window') }), notice)

const moveNotice = v.strictObject({ move: v.nullable(storeMove) })

/** Reads what a client is told while a move is carried out. Null: nothing that it knows. */
export function readMoveNotice(notice: unknown): StoreMove | null {
  const read = v.safeParse(moveNotice, notice)
  return read.success ? read.output.move : null
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const progressNotice = v.strictObject({ progress: v.strictObject({ done: count, total: count }) })

/** Told now and then while many entries are read or stored: `done` of `total`. */
export type Progress = v.InferOutput<typeof progressNotice>['progress']

/** Reads how far the vault is. Null: the notice says something else. */
export function readProgress(notice: unknown): Progress | null {
  const read = v.safeParse(progressNotice, notice)
  return read.success ? read.output.progress : null
}

const forPerson = { doors: ['socket'], asker: 'person' } as const

/**
 * What the person's terminal asks where a window would open a dialog of the system or follow an event. Each lasts
 * as long as its connection wants it: a cancel or the end of the connection stops it.
 */
export const terminalRequests = {
  /** Writes every credential into a new file, sealed with the passphrase. A cancel leaves no file. */
  exportTo: {
    ...forPerson,
    input: v.strictTuple([v.strictObject({ path: absolutePath, passphrase: newPassphrase })]),
    output: exportReport
  },
  /**
   * Reads a file of entries to import; goes on as `previewImport` of the window. What was read is forgotten with the
   * connection.
   */
  previewFile: {
    ...forPerson,
    input: v.strictTuple([v.strictObject({ path: absolutePath })]),
    output: importPreview
  },
  /** As `previewFile`, for a text that comes as the body of the request. */
  previewText: { ...forPerson, input: v.strictTuple([]), output: importPreview },
  /**
   * Moves everything to another store, or goes on with a move that was left. Tells each change of the move, and
   * answers with its end. The move goes on when the connection ends.
   */
  carryOutMove: { ...forPerson, input: v.strictTuple([moveOrder]), output: storeMove }
} as const satisfies Record<string, SocketRow>
