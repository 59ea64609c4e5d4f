import * as v from 'valibot'
import { windowOnly } from '../doors.ts'

const id = v.pipe(v.string(), v.maxLength(700))
const instant = v.pipe(v.string(), v.isoTimestamp())
const nothing = v.null()

/** An open relay of the window. The random part of its address stays in the vault: it is copied and not shown. */
export const relayView = v.strictObject({
  /** `http://127.0.0.1:PORT/` and dots for the random part. */
  masked: v.pipe(v.string(), v.maxLength(40)),
  /** `host:port` that the requests go to. */
  host: v.string(),
  /** Names of the variables that lead the programs of this service to the address; empty: none are known. */
  variables: v.array(v.string()),
  openedAt: instant,
  until: instant
})
export type RelayView = v.InferOutput<typeof relayView>

/** An open relay in the list of all that are open. `credential`: the id of its credential. */
export const openRelay = v.strictObject({ credential: v.string(), ...relayView.entries })
export type OpenRelay = v.InferOutput<typeof openRelay>

export const relayState = v.strictObject({
  /** The hosts that the credential may be sent to; null: policy.yaml gives the window no access to it. */
  hosts: v.nullable(v.array(v.string())),
  /** Null: none is open for this credential. */
  open: v.nullable(relayView)
})
export type RelayState = v.InferOutput<typeof relayState>

/** The relays that the person opens in the window, one for each credential. The click is the approval. */
export const relayRequests = {
  listRelays: { doors: windowOnly, input: v.strictTuple([]), output: v.array(openRelay) },
  getRelay: { doors: windowOnly, input: v.strictTuple([id]), output: relayState },
  /** Opens a relay to this host of the credential; null: to its first one. An open relay stays as it is. */
  openRelay: {
    doors: windowOnly,
    input: v.strictTuple([id, v.nullable(v.pipe(v.string(), v.maxLength(260)))]),
    output: relayState
  },
  /** Closes it with everything that is under way. */
  closeRelay: { doors: windowOnly, input: v.strictTuple([id]), output: nothing },
  /** Copies the full address, or lines of variables for a program of this service. */
  copyRelay: {
    doors: windowOnly,
    input: v.strictTuple([id, v.picklist(['address', 'variables'])]),
    output: nothing
  }
} as const

export const relayEvents = {
  /** A relay of the window was opened or is closed. */
  relaysChanged: v.strictObject({})
} as const
