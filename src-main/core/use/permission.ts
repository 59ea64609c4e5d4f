import { VaultError } from '#shared/problem.ts'
import type { Clock } from '../ports.ts'
import type { WantedApproval } from './approval.ts'
import type { Question } from './approval.ts'
import type { Approvals } from './approvals.ts'
import type { Client, Peer } from './client.ts'
import type { StopSignal } from './stop-signal.ts'

/** The one who asks, and how they hear that the person is asked. */
export type PermissionCaller = {
  readonly client: Client
  readonly peer: Peer
  /** Id of the run that the request belongs to; null: none. */
  readonly run: string | null
  readonly signal: StopSignal
  /** Called when the request begins to wait for the person. */
  readonly onQuestion: (question: Question) => void
}

export type PermissionWish = {
  readonly wanted: WantedApproval
  readonly reason: string | null
  /** Waits for the person where a window asks; false: answers with the question at once. */
  readonly waits: boolean
  /** Longest time to wait in milliseconds; then the question is left to the person. Absent: as long as it is asked. */
  readonly waitMs?: number
}

type PermissionPorts = {
  readonly approvals: Approvals
  readonly clock: Pick<Clock, 'after'>
  /** True if there is a window that asks the person; false: the client asks on its terminal. */
  readonly asksInWindow: () => boolean
}

/**
 * Resolves with null once an approval covers what is wanted, or with the question that the client has to put to
 * the person itself. Throws APPROVAL_DENIED; `onRefused` is called first with a short reason for the log.
 */
export async function permit(
  { approvals, asksInWindow, clock }: PermissionPorts,
  { wanted, reason, waits, waitMs }: PermissionWish,
  { caller, onRefused }: { caller: PermissionCaller; onRefused: (code: string) => Promise<void> }
): Promise<Question | null> {
  while (!caller.signal.aborted) {
    if (approvals.given.find(wanted, reason) !== null) return null
    const question = await asked(
      () => approvals.questions.ask(caller.client, caller.peer, wanted, reason),
      onRefused
    )
    if (!waits || !asksInWindow()) {
      approvals.questions.leave(question.id)
      return question
    }
    caller.onQuestion(question)
    if (waitMs !== undefined) approvals.questions.leave(question.id)
    const answer = await inTime(clock, waitMs, approvals.questions.answerTo(question.id, caller.signal))
    if (answer === 'late') return question
    if (answer?.kind === 'allowed') continue // another request may have used up an answer for once
    await onRefused(answer === null ? 'not-answered' : 'denied-by-person')
    throw new VaultError('APPROVAL_DENIED')
  }
  throw new VaultError('INVALID_REQUEST', { message: 'The request was cancelled.' })
}

/** `ms` undefined: as long as it takes. */
async function inTime<T>(
  clock: Pick<Clock, 'after'>,
  ms: number | undefined,
  work: Promise<T>
): Promise<T | 'late'> {
  if (ms === undefined) return await work
  const { promise, resolve } = Promise.withResolvers<'late'>()
  const cancel = clock.after(ms, () => resolve('late'))
  try {
    return await Promise.race([work, promise])
  } finally {
    cancel()
  }
}

async function asked(ask: () => Question, onRefused: (code: string) => Promise<void>): Promise<Question> {
  try {
    return ask()
  } catch (error) {
    await onRefused('not-asked')
    throw error
  }
}
