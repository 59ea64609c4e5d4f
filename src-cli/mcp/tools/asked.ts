import type { QuestionState } from '#shared/broker/agents.ts'
import type { QuestionView } from '#shared/broker/use.ts'
import { VaultError } from '#shared/problem.ts'
import type { StreamAnswer, VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { type Repeat, saidLost, toldIfLost } from '../../client/lost-request.ts'
import type { ToolCall, ToolReply } from './agent-tool.ts'

type Waiting = Pick<ToolCall, 'vault' | 'until'>

export type Wish = {
  readonly request: string
  readonly args: readonly unknown[]
  /** Gives the body again for each try. Absent: there is none. */
  readonly body?: () => AsyncIterable<Uint8Array>
  /** Id that an earlier call answered; absent: this is the first. */
  readonly pending: string | undefined
  readonly repeat: Repeat
}

export type Asked =
  | { readonly kind: 'answer'; readonly answer: StreamAnswer }
  | { readonly kind: 'pending'; readonly reply: ToolReply }

/**
 * Asks the vault for something that the person has to allow, and waits a while for their answer. Rejects with VaultRefusal,
 * and with APPROVAL_DENIED if they denied it.
 */
export async function asked(call: Waiting, wish: Wish): Promise<Asked> {
  const follow = follower(call)
  if (wish.pending !== undefined) {
    const waiting = await follow(wish.pending)
    if (waiting !== null) return { kind: 'pending', reply: waiting }
  }
  for (let tries = 1; ; tries += 1) {
    const answer = await sent(call.vault, wish)
    const question = questionIn(answer.value)
    if (question === null) return { kind: 'answer', answer }
    const waiting = tries === 1 ? await follow(question.id) : pendingReply(question.id)
    if (waiting !== null) return { kind: 'pending', reply: waiting }
  }
}

async function sent(vault: VaultConnection, { request, args, body, repeat }: Wish): Promise<StreamAnswer> {
  const given = body?.()
  try {
    const answer = await vault.stream(request, args, given === undefined ? {} : { body: given })
    return answer.body === null ? answer : { ...answer, body: toldIfLost(answer.body, repeat) }
  } catch (error) {
    throw saidLost(error, repeat)
  }
}

const questionIn = (value: unknown): Pick<QuestionView, 'id'> | null =>
  (value as { readonly question?: QuestionView | null }).question ?? null

/** Waits for the answer to questions, as long as the call may. */
export function follower({ vault, until }: Waiting): (id: string) => Promise<ToolReply | null> {
  return async (id) => {
    const state = await stateUntil(vault, id, until)
    if (state === 'waits') return pendingReply(id)
    if (state === 'denied') throw new VaultError('APPROVAL_DENIED', { message: DENIED })
    return null
  }
}

const DENIED = 'The person denied it. Nothing was sent. Ask again only if they want that.'

/** How a question stands, at the latest then; it stays. */
async function stateUntil(vault: VaultConnection, id: string, until: number): Promise<QuestionState> {
  const waits = performance.now() < until
  return await endingAt(until, vault, () => ask(vault, 'followQuestion', [{ id, waits }]))
}

/** Runs a request that the vault answers, once it is cancelled, with how things stand then. */
export async function endingAt<T>(until: number, vault: VaultConnection, run: () => Promise<T>): Promise<T> {
  const most = Math.max(0, until - performance.now())
  const alarm = setTimeout(() => void vault.cancel().catch(() => undefined), most)
  try {
    return await run()
  } catch (error) {
    throw saidLost(error, 'nothing-sent')
  } finally {
    clearTimeout(alarm)
  }
}

/** What a call answers while the person has not. */
export const pendingReply = (id: string): ToolReply => ({
  state: 'pending',
  id,
  message:
    'The person has to allow this, in Latchkey’s window or with “latchkey approvals” in a terminal. Nothing was sent. Go on with other work, then call this tool again with the same arguments and this id as pending.'
})
