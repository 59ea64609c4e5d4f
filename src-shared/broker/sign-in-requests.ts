import * as v from 'valibot'
import { credentialSummary } from '../credential.ts'
import { otherAccountAnswer } from '../other-account.ts'
import { passwordSignInRequest } from '../password-sign-in.ts'
import { type SignInProgress, signInRequest } from '../sign-in.ts'
import type { SocketRow } from './requests.ts'

/** A sign-in that a terminal begins. */
export const terminalSignIn = v.variant('kind', [
  v.strictObject({
    kind: v.literal('page'),
    request: signInRequest,
    /** Null: what the provider prefers, but no window. */
    surface: v.nullable(v.picklist(['window', 'browser', 'device'])),
    /** The terminal can open a browser on this computer. */
    hasBrowser: v.boolean()
  }),
  v.strictObject({ kind: v.literal('password'), request: passwordSignInRequest })
])
export type TerminalSignIn = v.InferOutput<typeof terminalSignIn>

/** What a terminal is told while its sign-in is under way. */
export type SignInNotice = {
  readonly signIn: {
    readonly progress: SignInProgress
    /** The provider's page, to be opened now. Null: there is nothing to open. */
    readonly url: string | null
  }
}

const forPerson = { doors: ['socket'], asker: 'person' } as const

/** Sign-ins that the person begins at a terminal. */
export const terminalSignInRequests = {
  /**
   * Tells each change, and answers with the entry once it is stored. A cancel or the end of the connection cancels the
   * sign-in.
   */
  signIn: { ...forPerson, input: v.strictTuple([terminalSignIn]), output: credentialSummary },
  /** Answers the question of a sign-in that a terminal has begun. */
  answerSignIn: {
    ...forPerson,
    input: v.strictTuple([v.strictObject({ attempt: v.string(), answer: otherAccountAnswer })]),
    output: v.null()
  }
} as const satisfies Record<string, SocketRow>
