import * as v from 'valibot'
import { windowOnly } from './doors.ts'
import { scopeList, serviceId } from './credential.ts'
import { shownText } from './shown-text.ts'
import { deviceCode } from './device-code.ts'
import { mcpServerChoice } from './mcp.ts'
import { otherAccount, otherAccountAnswer } from './other-account.ts'
import { passwordSignInRequest } from './password-sign-in.ts'
import { problemSchema } from './problem-schema.ts'

const id = v.pipe(v.string(), v.maxLength(700))
const instant = v.pipe(v.string(), v.isoTimestamp())
const secretText = v.pipe(v.string(), v.minLength(1), v.maxLength(65_536))
const url = v.pipe(v.string(), v.maxLength(8192))
const nothing = v.null()

/** Where a sign-in stands. Nothing here is an authorization code, a device code, a state or a verifier. */
export const signInProgress = v.strictObject({
  attempt: v.string(),
  service: serviceId,
  name: v.string(),
  /** Host of the authorization endpoint, for people. */
  host: v.string(),
  surface: v.picklist(['window', 'browser', 'device']),
  /** Null unless the surface is `device`. */
  device: v.nullable(deviceCode),
  /** The provider signs people in by a code too, and `switchToCode` goes on that way. */
  offersCode: v.boolean(),
  /** Absent: a first sign-in. `mayRegister`: the server may make a new client, if it has forgotten ours. */
  again: v.exactOptional(v.strictObject({ credential: id, mayRegister: v.boolean() })),
  state: v.variant('kind', [
    v.strictObject({ kind: v.literal('waiting'), until: instant }),
    v.strictObject({ kind: v.literal('redeeming') }),
    otherAccount,
    v.strictObject({ kind: v.literal('done'), credential: id }),
    /** `canRetry`: what it was started with is kept, and `retrySignIn` starts the same once more. */
    v.strictObject({ kind: v.literal('failed'), problem: problemSchema, canRetry: v.boolean() })
  ])
})
export type SignInProgress = v.InferOutput<typeof signInProgress>

const customProvider = v.strictObject({
  kind: v.literal('issuer'),
  issuer: url,
  name: shownText,
  clientId: v.pipe(shownText, v.minLength(1))
})
const presetProvider = v.strictObject({
  kind: v.literal('preset'),
  provider: serviceId,
  clientId: v.pipe(shownText, v.minLength(1))
})

/** A first sign-in names a provider; signing in again names the credential and keeps everything it had. */
export const signInRequest = v.variant('kind', [
  v.strictObject({
    kind: v.literal('new'),
    provider: v.variant('kind', [customProvider, presetProvider, mcpServerChoice]),
    clientSecret: v.nullable(secretText),
    /** Null: the account the provider names (ID token), else `default`. */
    account: v.nullable(v.pipe(shownText, v.minLength(1))),
    /** Null: those that are usual at this provider. */
    scopes: v.nullable(scopeList)
  }),
  /** A first sign-in to one more account, with the provider, the client and the scopes of an entry. */
  v.strictObject({
    kind: v.literal('another'),
    credential: id,
    account: v.nullable(v.pipe(shownText, v.minLength(1))),
    scopes: v.nullable(scopeList)
  }),
  /** `scopes`: to ask for others than before; absent: the same. `newClient`: the server registers us once more. */
  v.strictObject({
    kind: v.literal('again'),
    credential: id,
    scopes: v.optional(scopeList),
    newClient: v.exactOptional(v.boolean())
  })
])
export type SignInRequest = v.InferOutput<typeof signInRequest>

export const discoveryReport = v.strictObject({
  issuer: v.string(),
  authorizationHost: v.string(),
  /** What a client has to be registered with there, for `copyIssuerRedirect`. */
  redirectUri: url,
  /** Each of its answers names it (RFC 9207). */
  namesIssuer: v.boolean(),
  /** One that is not ok forbids the sign-in. */
  checks: v.array(v.strictObject({ ok: v.boolean(), text: v.string() })),
  /** Worth knowing, and no reason against it. */
  notes: v.array(v.string()),
  scopes: v.array(v.string()),
  revocation: v.boolean()
})
export type DiscoveryReport = v.InferOutput<typeof discoveryReport>

/** The requests about sign-ins that begin or are under way. */
export const signInRequests = {
  discoverIssuer: { doors: windowOnly, input: v.strictTuple([url]), output: discoveryReport },
  /** Asks the issuer once more, so that nothing is copied that the window made up. */
  copyIssuerRedirect: { doors: windowOnly, input: v.strictTuple([url]), output: nothing },
  startSignIn: { doors: windowOnly, input: v.strictTuple([signInRequest]), output: signInProgress },
  /** Answers when it has ended or asks something; the password goes to the project and is kept nowhere. */
  signInWithPassword: {
    doors: windowOnly,
    input: v.strictTuple([passwordSignInRequest]),
    output: signInProgress
  },
  cancelSignIn: { doors: windowOnly, input: v.strictTuple([id]), output: nothing },
  /** Answers with the new attempt, or with the one that failed and why the same could not be started now. */
  retrySignIn: { doors: windowOnly, input: v.strictTuple([id]), output: signInProgress },
  /** Forgets a sign-in that failed, and what it was started with. */
  dismissSignIn: { doors: windowOnly, input: v.strictTuple([id]), output: nothing },
  /** Opens the provider's page in the person's browser: again, or instead of the sign-in window. */
  continueInBrowser: { doors: windowOnly, input: v.strictTuple([id]), output: nothing },
  /** Goes on by a code that can be typed on any device, instead of the provider's page here. */
  switchToCode: { doors: windowOnly, input: v.strictTuple([id]), output: nothing },
  /** Copies the code a person types, of a sign-in by a code. */
  copyUserCode: { doors: windowOnly, input: v.strictTuple([id]), output: nothing },
  answerOtherAccount: { doors: windowOnly, input: v.strictTuple([id, otherAccountAnswer]), output: nothing },
  /** The paste fallback: the whole URL the browser was sent to, when it could not reach the listener. */
  submitRedirectUrl: { doors: windowOnly, input: v.strictTuple([id, url]), output: nothing }
} as const
