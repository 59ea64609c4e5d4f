import * as v from 'valibot'
import { clientRequests } from './client-change.ts'
import { clockEvents, clockSkew } from './clock-skew.ts'
import { credentialSummary, hostName, scopeList, serviceId, shownText } from './credential.ts'
import { deviceCode } from './device-code.ts'
import { doctorFixRequest, doctorReport, doctorRequest } from './doctor.ts'
import { mcpRequests, mcpServerChoice } from './mcp.ts'
import { otherAccount, otherAccountAnswer } from './other-account.ts'
import { passwordSignInRequest } from './password-sign-in.ts'
import { problemSchema } from './problem.ts'
import { rotationRequests } from './rotation.ts'
import { storageHealth } from './storage-health.ts'
import { storeEvents, storeMove, storeRequests } from './stores.ts'
import { transferRequests } from './transfer.ts'

const id = v.pipe(v.string(), v.maxLength(700))
const instant = v.pipe(v.string(), v.isoTimestamp())
const secretText = v.pipe(v.string(), v.minLength(1), v.maxLength(65_536))
const url = v.pipe(v.string(), v.maxLength(8192))

/** How a person registers a client of their own. */
const registration = v.strictObject({
  /** What to do on the provider's page, in order; empty: nobody has written it down. */
  steps: v.array(shownText),
  /** Built by this vault from the provider's row, for `copyRedirectUri`. */
  redirectUri: url
})

/** One row of the provider gallery. */
export const providerChoice = v.strictObject({
  id: serviceId,
  name: v.string(),
  /** `password`: each of its projects signs people in by a password of its own. */
  kind: v.picklist(['oauth', 'api-key', 'password']),
  host: v.nullable(v.string()),
  surface: v.picklist(['window', 'browser', 'device']),
  scopes: v.array(v.strictObject({ scope: v.string(), description: v.string(), byDefault: v.boolean() })),
  needsClientSecret: v.boolean(),
  /** Without a client secret the sign-in goes by a code, whatever `surface` says. */
  codeWithoutSecret: v.boolean(),
  /** Where a person registers a client of their own; opened in the browser by `openHelp`. */
  hasHelp: v.boolean(),
  /** Null: there is nothing to register. */
  registration: v.nullable(registration),
  allowedHosts: v.array(v.string()),
  /** Public first letters of this provider's keys, such as `ghp_`. */
  keyPrefixes: v.array(v.string())
})
export type ProviderChoice = v.InferOutput<typeof providerChoice>

export const preferences = v.strictObject({
  theme: v.picklist(['system', 'light', 'dark']),
  density: v.picklist(['comfortable', 'compact']),
  alwaysUseBrowser: v.boolean(),
  /** Providers whose page did not work in the sign-in window: the browser is used there. */
  browserFor: v.pipe(v.array(serviceId), v.maxLength(1000)),
  /** Services whose sign-ins are renewed although nobody uses them, or are not, where that is not the default. */
  keepFresh: v.record(serviceId, v.boolean()),
  /** Closing the window hides it and tokens go on being refreshed; false: closing it quits. */
  keepRunning: v.boolean(),
  /** Consent to keep secrets in files sealed by a key that lies beside them, when no keychain answers. */
  allowEncryptedFiles: v.boolean()
})
export type Preferences = v.InferOutput<typeof preferences>

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
    v.strictObject({ kind: v.literal('failed'), problem: problemSchema })
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
    scopes: scopeList
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

export const discoveryReport = v.strictObject({
  issuer: v.string(),
  authorizationHost: v.string(),
  /** One that is not ok forbids the sign-in. */
  checks: v.array(v.strictObject({ ok: v.boolean(), text: v.string() })),
  /** Worth knowing, and no reason against it. */
  notes: v.array(v.string()),
  scopes: v.array(v.string()),
  revocation: v.boolean()
})
export type DiscoveryReport = v.InferOutput<typeof discoveryReport>

export const vaultSnapshot = v.strictObject({
  /** Deltas carry the numbers that follow; a gap means: ask for a snapshot again. */
  revision: v.pipe(v.number(), v.integer()),
  credentials: v.array(credentialSummary),
  storage: storageHealth,
  /** Null: this computer's clock agrees with the providers that have answered. */
  clock: v.nullable(clockSkew),
  /** A move between stores that is under way or was left; null: none. */
  move: v.nullable(storeMove),
  signIns: v.array(signInProgress),
  providers: v.array(providerChoice),
  preferences,
  version: v.string()
})
export type VaultSnapshot = v.InferOutput<typeof vaultSnapshot>

const nothing = v.null()

/**
 * Every request a window may make: schemas of the arguments and of the answer. The preload, the IPC server and the
 * renderer's type are derived from this table; a channel that is not here does not exist. No answer holds a secret.
 */
export const vaultRequests = {
  getSnapshot: { input: v.strictTuple([]), output: vaultSnapshot },
  discoverIssuer: { input: v.strictTuple([url]), output: discoveryReport },
  startSignIn: { input: v.strictTuple([signInRequest]), output: signInProgress },
  /** Answers when it has ended or asks something; the password goes to the project and is kept nowhere. */
  signInWithPassword: { input: v.strictTuple([passwordSignInRequest]), output: signInProgress },
  cancelSignIn: { input: v.strictTuple([id]), output: nothing },
  /** Opens the provider's page in the person's browser: again, or instead of the sign-in window. */
  continueInBrowser: { input: v.strictTuple([id]), output: nothing },
  /** Goes on by a code that can be typed on any device, instead of the provider's page here. */
  switchToCode: { input: v.strictTuple([id]), output: nothing },
  /** Copies the code a person types, of a sign-in by a code. */
  copyUserCode: { input: v.strictTuple([id]), output: nothing },
  answerOtherAccount: { input: v.strictTuple([id, otherAccountAnswer]), output: nothing },
  /** The paste fallback: the whole URL the browser was sent to, when it could not reach the listener. */
  submitRedirectUrl: { input: v.strictTuple([id, url]), output: nothing },
  addApiKey: { input: v.strictTuple([apiKeyRequest]), output: credentialSummary },
  refresh: { input: v.strictTuple([id]), output: credentialSummary },
  refreshAll: {
    input: v.strictTuple([]),
    output: v.strictObject({ refreshed: v.number(), failed: v.number() })
  },
  /** Uses the credential for one request to its provider and says whether it works. */
  checkNow: {
    input: v.strictTuple([id]),
    output: v.strictObject({ works: v.boolean(), text: v.string(), checkedAt: instant })
  },
  /** Revokes at the provider where it can, then removes here; says which of the two happened. */
  signOut: {
    input: v.strictTuple([id]),
    output: v.strictObject({ removed: v.boolean(), revoked: v.picklist(['yes', 'no', 'unsupported']) })
  },
  /** Removes here only. */
  remove: { input: v.strictTuple([id]), output: nothing },
  copyAccount: { input: v.strictTuple([id]), output: nothing },
  checkStorage: { input: v.strictTuple([]), output: storageHealth },
  runDoctor: { input: v.strictTuple([doctorRequest]), output: doctorReport },
  /** Copies the report that was shown last, as text. */
  copyDoctorReport: { input: v.strictTuple([]), output: nothing },
  /** Repairs what can be without touching a credential, then looks again. */
  fixDoctor: { input: v.strictTuple([doctorFixRequest]), output: doctorReport },
  setPreferences: { input: v.strictTuple([preferences]), output: preferences },
  /** Opens the provider's own page about clients, keys or access; the addresses are a fixed table. */
  openHelp: { input: v.strictTuple([serviceId]), output: nothing },
  /** Copies the redirect address that is registered with a client of this provider. */
  copyRedirectUri: { input: v.strictTuple([serviceId]), output: nothing },
  ...clientRequests,
  ...mcpRequests,
  ...rotationRequests,
  ...storeRequests,
  ...transferRequests
} as const satisfies Record<string, { input: v.GenericSchema<unknown[]>; output: v.GenericSchema }>

/** Everything the vault process tells its windows by itself. */
export const vaultEvents = {
  changed: v.strictObject({
    revision: v.pipe(v.number(), v.integer()),
    upserted: v.array(credentialSummary),
    removed: v.array(id)
  }),
  storageChanged: storageHealth,
  signInChanged: signInProgress,
  preferencesChanged: preferences,
  /** The tray or a notification asks the window to show one entry; null: just the list. */
  reveal: v.strictObject({ credential: v.nullable(id) }),
  ...clockEvents,
  ...storeEvents
} as const satisfies Record<string, v.GenericSchema>

export type VaultRequests = typeof vaultRequests
export type VaultRequestName = keyof VaultRequests
export type VaultEvents = { [Name in keyof typeof vaultEvents]: v.InferOutput<(typeof vaultEvents)[Name]> }
export type VaultEventName = keyof VaultEvents
export type VaultChange = VaultEvents['changed']

/** `latchkey:request:<name>` and `latchkey:event:<name>`: the only channels. */
export const requestChannel = (name: VaultRequestName): string => `latchkey:request:${name}`
export const eventChannel = (name: VaultEventName): string => `latchkey:event:${name}`
