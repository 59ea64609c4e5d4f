import * as v from 'valibot'
import { everyDoor, windowOnly } from './doors.ts'
import { credentialSummary, serviceId } from './credential.ts'
import { shownText } from './shown-text.ts'

const id = v.pipe(v.string(), v.maxLength(700))
const url = v.pipe(v.string(), v.maxLength(8192))
const secretText = v.pipe(v.string(), v.maxLength(65_536), v.trim(), v.minLength(1))

/** The client of one sign-in, as a person needs to see it to correct it. No secret is in it. */
export const clientFacts = v.strictObject({
  service: serviceId,
  name: v.string(),
  issuer: v.string(),
  clientId: v.string(),
  hasSecret: v.boolean(),
  /** The provider requires a client secret. */
  needsSecret: v.boolean(),
  /** Copied by `copyClientRedirect`. */
  redirectUri: url,
  /** The server may make a new client for us on its own. */
  mayRegister: v.boolean(),
  /** How a client is registered there; empty: nobody has written it down. */
  steps: v.array(shownText),
  /** The provider's page about clients can be opened by `openHelp`. */
  hasHelp: v.boolean()
})
export type ClientFacts = v.InferOutput<typeof clientFacts>

/** What becomes of a secret that the window never sees. */
const secretChange = v.variant('kind', [
  v.strictObject({ kind: v.literal('keep') }),
  v.strictObject({ kind: v.literal('remove') }),
  v.strictObject({ kind: v.literal('set'), secret: secretText })
])

/** Another client for a sign-in that is kept. */
export const clientChange = v.strictObject({
  credential: id,
  clientId: v.pipe(shownText, v.trim(), v.minLength(1)),
  secret: secretChange
})
export type ClientChange = v.InferOutput<typeof clientChange>

export const clientRequests = {
  /** Reads the record, because only that knows whether there is a secret. */
  getClient: { doors: everyDoor, input: v.strictTuple([id]), output: clientFacts },
  /** Stores another client with the same tokens; nothing is sent to anybody. */
  changeClient: { doors: windowOnly, input: v.strictTuple([clientChange]), output: credentialSummary },
  copyClientRedirect: { doors: windowOnly, input: v.strictTuple([id]), output: v.null() }
} as const
