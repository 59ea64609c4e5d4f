import * as v from 'valibot'
import { everyDoor, windowOnly } from './doors.ts'
import { backendIds } from './credential.ts'
import { problemSchema } from './problem-schema.ts'
import { storageHealth } from './storage-health.ts'
import { absolutePath } from './absolute-path.ts'
import { newPassphrase } from './passphrase.ts'

/** A store that everything can be moved to from the window. The other kinds are for the configuration file. */
export const storeTarget = v.variant('type', [
  v.strictObject({ type: v.literal('keychain') }),
  /** `passphrase` null: the key is beside the files, which the person agreed to. */
  v.strictObject({ type: v.literal('encrypted-file'), passphrase: v.nullable(newPassphrase) }),
  v.strictObject({ type: v.literal('sops'), ageKeyFile: absolutePath })
])
export type StoreTarget = v.InferOutput<typeof storeTarget>

/** What is in use, who said so, and what can be moved to. */
export const storeList = v.strictObject({
  current: v.picklist(backendIds),
  /** `environment`: LATCHKEY_STORE decides, so nothing can be moved from here. */
  chosenBy: v.picklist(['default', 'file', 'environment']),
  targets: v.array(
    v.strictObject({
      type: v.picklist(['keychain', 'encrypted-file', 'sops']),
      label: v.string(),
      /** Null: it can be moved to; else why not. */
      obstacle: v.nullable(v.string())
    })
  ),
  entries: v.pipe(v.number(), v.integer())
})
export type StoreList = v.InferOutput<typeof storeList>

/** A move of everything to another store. `interrupted`: a crash left it, and it waits to be finished or taken back. */
export const storeMove = v.strictObject({
  from: v.picklist(backendIds),
  to: v.picklist(backendIds),
  /** The target is under a passphrase, which has to be typed again to go on. */
  needsPassphrase: v.boolean(),
  state: v.variant('kind', [
    v.strictObject({
      kind: v.literal('running'),
      step: v.picklist(['copy', 'verify', 'switch', 'remove']),
      done: v.number(),
      total: v.number()
    }),
    v.strictObject({ kind: v.literal('interrupted'), canUndo: v.boolean() }),
    /** `canResume` false: nothing was begun, so there is nothing to go on with or to take back. */
    v.strictObject({
      kind: v.literal('failed'),
      problem: problemSchema,
      canResume: v.boolean(),
      canUndo: v.boolean()
    }),
    v.strictObject({ kind: v.literal('done'), moved: v.number() })
  ])
})
export type StoreMove = v.InferOutput<typeof storeMove>

/** Where secrets are kept, who chose it, how it is, and a move that is under way or waits; null: none. */
export const storeView = v.strictObject({
  ...v.omit(storeList, ['targets']).entries,
  health: storageHealth,
  move: v.nullable(
    v.strictObject({ from: v.picklist(backendIds), to: v.picklist(backendIds), isRunning: v.boolean() })
  )
})
export type StoreView = v.InferOutput<typeof storeView>

export const storeRequests = {
  listStores: { doors: everyDoor, input: v.strictTuple([]), output: storeList },
  /** Begins to move everything; its course comes as `moveChanged`. Refused while another move is under way. */
  moveStore: { doors: windowOnly, input: v.strictTuple([storeTarget]), output: storeMove },
  /** Goes on with a move that a crash or an error left. `passphrase`: of a target that needs one; else null. */
  resumeMove: {
    doors: windowOnly,
    input: v.strictTuple([v.strictObject({ passphrase: v.nullable(newPassphrase) })]),
    output: storeMove
  },
  /** Takes back a move that has not switched. */
  undoMove: { doors: everyDoor, input: v.strictTuple([]), output: v.null() }
} as const

/** Null: the move was taken back. */
export const storeEvents = { moveChanged: v.nullable(storeMove) } as const
