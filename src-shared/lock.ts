import * as v from 'valibot'
import { everyDoor } from './doors.ts'
import { typedSecret } from './passphrase.ts'

/** Whether the vault gives anything out, and who waits for that. */
export const lockState = v.strictObject({
  isLocked: v.boolean(),
  /** True: the passphrase of the store opens it. False: the person at the window does, by one button. */
  needsPassphrase: v.boolean(),
  /** Names of the programs whose requests wait for the lock to open, oldest first. */
  waiting: v.array(v.string())
})
export type LockState = v.InferOutput<typeof lockState>

export const lockRequests = {
  getLock: { doors: everyDoor, input: v.strictTuple([]), output: lockState },
  /**
   * Ends what was allowed until a lock, and locks the vault. Without a window only a store with a passphrase can be
   * locked: the answer says whether it is. Refused while a move between stores runs.
   */
  lockVault: { doors: everyDoor, input: v.strictTuple([]), output: lockState },
  /** Opens the lock. `passphrase`: of a store that has one; else null. Throws VAULT_LOCKED for a wrong passphrase. */
  unlockVault: {
    doors: everyDoor,
    input: v.strictTuple([v.strictObject({ passphrase: v.nullable(typedSecret) })]),
    output: lockState
  }
} as const

export const lockEvents = { lockChanged: lockState } as const

/**
 * The requests that a locked vault answers: what opens the lock, what takes access away, and what shows masked facts.
 * Every other request waits for the lock to open, or is refused with VAULT_LOCKED.
 */
export const answeredWhileLocked: ReadonlySet<string> = new Set([
  'getSnapshot',
  'listCredentials',
  'getLock',
  'lockVault',
  'unlockVault',
  'checkStorage',
  'status',
  'handOver',
  // The doctor helps, too, where nothing opens.
  'runDoctor',
  'fixDoctor',
  'copyDoctorReport',
  'openHelp',
  // What was begun before can be ended.
  'cancelSignIn',
  'dismissSignIn',
  'cancelImport',
  'closeRelay',
  // Access can be taken away at any time.
  'listClients',
  'removeClient',
  'listApprovals',
  'revokeApproval',
  'suspectCredential',
  // Masked facts.
  'viewStore',
  'viewCredentials',
  'viewToken',
  'listStores',
  'listSignOuts',
  'listUsable',
  'listAccountRules',
  'helperAccounts',
  'helperPlaces',
  'followQuestion',
  'recoveryStatus',
  'listAudit',
  'explainAudit',
  'verifyAudit'
])
