import * as v from 'valibot'
import type { InferInput, InferOutput } from 'valibot'
import { questionAnswer, questionView } from './broker/use.ts'
import type { Result } from './problem.ts'

/** What the approval window shows. Null: no question waits, and the window closes. */
export const approvalState = v.nullable(
  v.strictObject({
    /** The oldest question that waits; every text in it is cleaned. */
    question: questionView,
    /** How many questions wait behind it. */
    more: v.pipe(v.number(), v.integer(), v.minValue(0))
  })
)
export type ApprovalState = InferOutput<typeof approvalState>

/** The approval window's own table of requests. */
export const approvalRequests = {
  current: { input: v.strictTuple([]), output: approvalState },
  /** Fails with INVALID_REQUEST if the question is no longer asked or the digest is that of another one. */
  answer: { input: v.strictTuple([questionAnswer]), output: v.null() },
  /** The height in pixels at which the page needs no scrolling. The window keeps within its own bounds. */
  fit: { input: v.strictTuple([v.pipe(v.number(), v.integer(), v.minValue(1))]), output: v.null() }
} as const

export type ApprovalRequests = typeof approvalRequests
export type ApprovalRequestName = keyof ApprovalRequests

/** What `window.approval` is in the approval window and nowhere else. Answers with a Result, never rejects. */
export type ApprovalBridge = {
  readonly [Name in ApprovalRequestName]: (
    ...args: InferInput<ApprovalRequests[Name]['input']>
  ) => Promise<Result<InferOutput<ApprovalRequests[Name]['output']>>>
} & {
  /** Calls the listener with each new state, until the returned function is called. */
  readonly onApprovalChanged: (listener: (state: ApprovalState) => void) => () => void
  /** Calls the listener each time the window moves on the screen, until the returned function is called. */
  readonly onMoved: (listener: () => void) => () => void
}

/** The IPC channel of a request of this table. */
export const approvalChannel = (name: ApprovalRequestName): string => `latchkey:approval:${name}`
/** The IPC channel that carries each new `ApprovalState` to the page. */
export const approvalChangedChannel = 'latchkey:approval:approvalChanged'
/** The IPC channel that tells the page of each move of its window; it carries no value. */
export const approvalMovedChannel = 'latchkey:approval:moved'
