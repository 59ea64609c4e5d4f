import * as v from 'valibot'
import { whereabouts } from './whereabouts.ts'
import { credentialKinds, credentialStatus, scopeName, serviceId } from '../credential.ts'
import type { SocketRow } from './requests.ts'
import { methodName, questionView } from './use.ts'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))

/** A credential as a program has to know it to use it; no part of a secret. */
export const usableAccount = v.strictObject({
  service: v.string(),
  account: v.string(),
  /** The service's name as shown: "GitHub". */
  name: v.string(),
  kind: v.picklist(credentialKinds),
  status: credentialStatus,
  /** Scopes granted; empty for a key. */
  scopes: v.array(v.string()),
  /** Where it may be sent, with a port if it is not 443. */
  hosts: v.array(v.string()),
  /** Only GET and HEAD are sent with it. */
  readOnly: v.boolean()
})
export type UsableAccount = v.InferOutput<typeof usableAccount>

/** A request that a program wants to be allowed before it sends it. */
export const accessWish = v.strictObject({
  service: serviceId,
  /** Null: the one that a rule of the person chooses, else the only account of the service. */
  account: v.nullable(text(200)),
  method: methodName,
  url: text(8192),
  /** Scope that the request names; null: none. */
  scope: v.nullable(text(300)),
  reason: v.nullable(text(1000)),
  /** Where the program asks from; absent: it does not say. */
  from: v.exactOptional(whereabouts)
})
export type AccessWish = v.InferOutput<typeof accessWish>

/** Null: it is allowed already. Else the question that waits for the person. */
export const accessAnswer = v.strictObject({ question: v.nullable(questionView) })
export type AccessAnswer = v.InferOutput<typeof accessAnswer>

/** `waits`: answer when the person has answered, or it is asked no longer. */
export const questionFollow = v.strictObject({ id: text(64), waits: v.boolean() })
export type QuestionFollow = v.InferOutput<typeof questionFollow>

/** `over`: it is asked no longer, or this program has not asked it. */
export const questionState = v.picklist(['waits', 'allowed', 'denied', 'over'])
export type QuestionState = v.InferOutput<typeof questionState>

/** A sign-in that a program would like to be there. */
export const signInWish = v.strictObject({
  service: serviceId,
  /** Null: the one that a rule of the person chooses, else the only account of the service. */
  account: v.nullable(text(200)),
  /** Scope that the sign-in must have; null: none in particular. */
  scope: v.nullable(scopeName),
  reason: v.nullable(text(1000)),
  /** `now`: answers at once. `end`: when it is there. `page`: also when there is a page for the person to open. */
  until: v.picklist(['now', 'page', 'end']),
  /** Where the program asks from; absent: it does not say. */
  from: v.exactOptional(whereabouts)
})
export type SignInWish = v.InferOutput<typeof signInWish>

/** How it stands. Nothing here is a code, a state, a redirect URI or a token. */
export const signInState = v.variant('state', [
  v.strictObject({ state: v.literal('done'), account: v.string(), scopes: v.array(v.string()) }),
  /** The proposal of that id waits for the person. */
  v.strictObject({ state: v.literal('waits'), id: text(64), until: v.pipe(v.string(), v.isoTimestamp()) }),
  /** The person has accepted the proposal a short while ago. */
  v.strictObject({ state: v.literal('accepted') }),
  /** The person signs in. `page`: where they type the code that Latchkey shows them; null: there is no code. */
  v.strictObject({ state: v.literal('under-way'), attempt: v.string(), page: v.nullable(text(8192)) }),
  v.strictObject({ state: v.literal('locked') })
])
export type SignInState = v.InferOutput<typeof signInState>

const forPrograms = { doors: ['socket'], asker: 'program' } as const

/** What a program asks that can wait for the person only a while, and comes back. */
export const agentRequests = {
  /** What this program may use, as far as policy.yaml lets it. */
  listUsable: { ...forPrograms, input: v.strictTuple([]), output: v.array(usableAccount) },
  /** Puts a request before the person without sending it. The question stays for its time. */
  askAccess: { ...forPrograms, input: v.strictTuple([accessWish]), output: accessAnswer },
  /** How a question of this program stands. A cancel ends the waiting, not the question. */
  followQuestion: { ...forPrograms, input: v.strictTuple([questionFollow]), output: questionState },
  /** Puts a sign-in before the person unless it is there. A cancel ends the waiting and is answered with the state. */
  askSignIn: { ...forPrograms, input: v.strictTuple([signInWish]), output: signInState }
} as const satisfies Record<string, SocketRow>
