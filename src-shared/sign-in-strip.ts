import * as v from 'valibot'
import type { InferInput, InferOutput } from 'valibot'
import { signInProgress } from './sign-in.ts'
import { otherAccountAnswer } from './other-account.ts'
import type { Result } from './problem.ts'

/** What our own strip above a provider's page shows; it fills the window when the page is in the browser. */
export const stripState = v.strictObject({
  progress: signInProgress,
  /** Origin of the provider's page as it is now, punycode where not ASCII; null before the first page. */
  origin: v.nullable(v.string()),
  secure: v.boolean(),
  /** False: the page is neither where the sign-in began nor a place it was redirected to from there. */
  expected: v.boolean(),
  /** The provider will not show its page here; the browser is the way. */
  refused: v.boolean(),
  /** The page could not be loaded, and that is not the window's fault. */
  unreachable: v.boolean(),
  theme: v.picklist(['system', 'light', 'dark'])
})
export type StripState = v.InferOutput<typeof stripState>

const nothing = v.null()

/** The sign-in window's own, smaller table: every request acts on the attempt of its own window. */
export const stripRequests = {
  getState: { input: v.strictTuple([]), output: stripState },
  cancel: { input: v.strictTuple([]), output: nothing },
  continueInBrowser: { input: v.strictTuple([]), output: nothing },
  switchToCode: { input: v.strictTuple([]), output: nothing },
  copyCode: { input: v.strictTuple([]), output: nothing },
  answerOtherAccount: { input: v.strictTuple([otherAccountAnswer]), output: nothing },
  submitRedirectUrl: { input: v.strictTuple([v.pipe(v.string(), v.maxLength(8192))]), output: nothing }
} as const

export type StripRequests = typeof stripRequests
export type StripRequestName = keyof StripRequests

/** What `window.signIn` is in the sign-in window and nowhere else. Answers with a Result, never rejects. */
export type SignInStripBridge = {
  readonly [Name in StripRequestName]: (
    ...args: InferInput<StripRequests[Name]['input']>
  ) => Promise<Result<InferOutput<StripRequests[Name]['output']>>>
} & { readonly onState: (listener: (state: StripState) => void) => () => void }

export const stripChannel = (name: StripRequestName): string => `latchkey:strip:${name}`
export const stripStateChannel = 'latchkey:strip-state'
