import * as v from 'valibot'
import { relayEvents, relayRequests } from './broker/relays.ts'
import { useEvents, useRequests } from './broker/use-requests.ts'
import { type Door, everyDoor, windowOnly } from './doors.ts'
import { clientRequests } from './client-change.ts'
import { clockEvents, clockSkew } from './clock-skew.ts'
import { credentialList, credentialPage } from './credential-list.ts'
import { credentialSummary, hostName, serviceId } from './credential.ts'
import { shownText } from './shown-text.ts'
import { doctorFixRequest, doctorReport, doctorRequest } from './doctor.ts'
import { entryLabels } from './entry-labels-schema.ts'
import { layout } from './layout.ts'
import { lockEvents, lockRequests, lockState } from './lock.ts'
import { mcpRequests } from './mcp.ts'
import { preferences } from './preferences.ts'
import { providerChoice } from './provider-choice.ts'
import { rotationRequests } from './rotation.ts'
import { secretRequests } from './secrets.ts'
import { signInProgress, signInRequests } from './sign-in.ts'
import { signOutNoteEvents, signOutNoteRequests, signOutNotes } from './sign-out-notes.ts'
import { storageHealth } from './storage-health.ts'
import { storeEvents, storeMove, storeRequests } from './stores.ts'
import { transferRequests } from './transfer.ts'
import { unlistedCount, unlistedEvents, unlistedRequests } from './unlisted.ts'

const id = v.pipe(v.string(), v.maxLength(700))
const instant = v.pipe(v.string(), v.isoTimestamp())
const secretText = v.pipe(v.string(), v.minLength(1), v.maxLength(65_536))

export const apiKeyRequest = v.strictObject({
  service: serviceId,
  name: v.pipe(shownText, v.minLength(1)),
  account: v.pipe(shownText, v.minLength(1)),
  key: secretText,
  allowedHosts: v.pipe(v.array(hostName), v.maxLength(50)),
  /** Null: never. */
  expiresAt: v.nullable(instant),
  /** False refuses with INVALID_REQUEST when an entry of that service and account exists. */
  replace: v.boolean()
})
export type ApiKeyRequest = v.InferOutput<typeof apiKeyRequest>

export const vaultSnapshot = v.strictObject({
  /** Of the credentials the first 200. Deltas carry the numbers that follow; a gap means: ask for a snapshot again. */
  ...credentialPage.entries,
  storage: storageHealth,
  lock: lockState,
  /** Null: this computer's clock agrees with the providers that have answered. */
  clock: v.nullable(clockSkew),
  /** Sign-outs that the provider did not confirm. */
  signOuts: signOutNotes,
  unlisted: unlistedCount,
  /** A move between stores that is under way or was left; null: none. */
  move: v.nullable(storeMove),
  signIns: v.array(signInProgress),
  providers: v.array(providerChoice),
  preferences,
  layout,
  /** False: the desktop shows no tray, so a hidden window could not be brought back from it. */
  hasTray: v.boolean(),
  version: v.string()
})
export type VaultSnapshot = v.InferOutput<typeof vaultSnapshot>

const nothing = v.null()
const severalIds = v.pipe(v.array(id), v.minLength(1), v.maxLength(10_000))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/**
 * Every request there is: the doors it may come through, and the schemas of its arguments and its answer. The preload, the IPC server and the
 * renderer's type are derived from this table; a channel that is not here does not exist. No answer holds a secret.
 */
export const vaultRequests = {
  getSnapshot: { doors: everyDoor, input: v.strictTuple([]), output: vaultSnapshot },
  /** The whole list. */
  listCredentials: { doors: everyDoor, input: v.strictTuple([]), output: credentialPage },
  ...signInRequests,
  addApiKey: { doors: windowOnly, input: v.strictTuple([apiKeyRequest]), output: credentialSummary },
  refresh: { doors: everyDoor, input: v.strictTuple([id]), output: credentialSummary },
  refreshAll: {
    doors: everyDoor,
    input: v.strictTuple([]),
    output: v.strictObject({ refreshed: v.number(), failed: v.number() })
  },
  /** Uses the credential for one request to its provider and says whether it works. */
  checkNow: {
    doors: everyDoor,
    input: v.strictTuple([id]),
    output: v.strictObject({ works: v.boolean(), text: v.string(), checkedAt: instant })
  },
  /** Removes here, then revokes at the provider where it can; says which of the two happened. */
  signOut: {
    doors: everyDoor,
    input: v.strictTuple([id]),
    output: v.strictObject({
      removed: v.boolean(),
      revoked: v.picklist(['yes', 'no', 'unsupported']),
      /** The doctor lists that the provider did not confirm it. */
      isNoted: v.boolean()
    })
  },
  /** Removes here only. */
  remove: { doors: everyDoor, input: v.strictTuple([id]), output: nothing },
  /**
   * Takes entries out of list and use at once, and removes them after `UNDO_MS`. Answered then, with how many were removed;
   * those that were put back are not counted.
   */
  removeWithUndo: {
    doors: windowOnly,
    input: v.strictTuple([severalIds]),
    output: v.strictObject({ removed: count })
  },
  /** Puts back entries that wait to be removed. Answered with how many; the others are removed. */
  undoRemoval: {
    doors: windowOnly,
    input: v.strictTuple([severalIds]),
    output: v.strictObject({ putBack: count })
  },
  /** Replaces what the person has written about an entry; null: nothing. */
  setLabels: {
    doors: windowOnly,
    input: v.strictTuple([id, v.nullable(entryLabels)]),
    output: credentialSummary
  },
  copyAccount: { doors: windowOnly, input: v.strictTuple([id]), output: nothing },
  checkStorage: { doors: everyDoor, input: v.strictTuple([]), output: storageHealth },
  runDoctor: { doors: everyDoor, input: v.strictTuple([doctorRequest]), output: doctorReport },
  /** Copies the report that was shown last, as text. */
  copyDoctorReport: { doors: windowOnly, input: v.strictTuple([]), output: nothing },
  /** Repairs what can be without touching a credential, then looks again. */
  fixDoctor: { doors: everyDoor, input: v.strictTuple([doctorFixRequest]), output: doctorReport },
  /** Keeps how the person left the list. Throws STORE_WRITE_FAILED. */
  setLayout: { doors: windowOnly, input: v.strictTuple([layout]), output: nothing },
  setPreferences: { doors: windowOnly, input: v.strictTuple([preferences]), output: preferences },
  /** Opens the provider's own page about clients, keys or access; the addresses are a fixed table. */
  openHelp: { doors: windowOnly, input: v.strictTuple([serviceId]), output: nothing },
  /** Copies the redirect URI that is registered with a client of this provider. */
  copyRedirectUri: { doors: windowOnly, input: v.strictTuple([serviceId]), output: nothing },
  ...clientRequests,
  ...lockRequests,
  ...mcpRequests,
  ...relayRequests,
  ...rotationRequests,
  ...secretRequests,
  ...signOutNoteRequests,
  ...storeRequests,
  ...transferRequests,
  ...unlistedRequests,
  ...useRequests
} as const satisfies Record<
  string,
  { doors: readonly Door[]; input: v.GenericSchema<unknown[]>; output: v.GenericSchema }
>

/** Everything the vault process tells its windows on its own. */
export const vaultEvents = {
  changed: v.strictObject({
    revision: v.pipe(v.number(), v.integer()),
    upserted: credentialList,
    removed: v.array(id)
  }),
  storageChanged: storageHealth,
  signInChanged: signInProgress,
  /** One that failed was dismissed or tried again: it can be asked for no more. */
  signInDismissed: v.strictObject({ attempt: id }),
  preferencesChanged: preferences,
  trayChanged: v.strictObject({ hasTray: v.boolean() }),
  /** The tray or a notification asks the window to show one entry; null: just the list. */
  reveal: v.strictObject({ credential: v.nullable(id) }),
  ...clockEvents,
  ...lockEvents,
  ...relayEvents,
  ...signOutNoteEvents,
  ...storeEvents,
  ...unlistedEvents,
  ...useEvents
} as const satisfies Record<string, v.GenericSchema>

export type VaultRequests = typeof vaultRequests
export type VaultRequestName = keyof VaultRequests
export type VaultEvents = { [Name in keyof typeof vaultEvents]: v.InferOutput<(typeof vaultEvents)[Name]> }
export type VaultEventName = keyof VaultEvents
export type VaultChange = VaultEvents['changed']

/** `latchkey:request:<name>` and `latchkey:event:<name>`: the only channels. */
export const requestChannel = (name: VaultRequestName): string => `latchkey:request:${name}`
export const eventChannel = (name: VaultEventName): string => `latchkey:event:${name}`
