import type { QuestionView } from '#shared/broker/use.ts'
import type { StreamAnswer, VaultConnection } from '../../src-socket/vault-connection.ts'
import { askApproval } from './ask-approval.ts'
import { type Repeat, saidLost, toldIfLost } from './lost-request.ts'

/** Said while a window asks the person. */
export const WAITING = 'latchkey: waiting for your answer in Latchkey’s window\n'

type Wish = {
  readonly request: string
  /** The arguments; asked for again after an answer. */
  readonly args: readonly unknown[]
  /** Gives the body of the request anew for each try; null: the request has no body. */
  readonly body?: () => AsyncIterable<Uint8Array> | null
  /** False: the person is not asked. */
  readonly mayAsk: boolean
  /** What it means to ask again where the connection is lost. */
  readonly repeat: Repeat
}

/**
 * Asks the vault for something that the person has to allow: puts the question to the person at the terminal,
 * once, and asks the vault again. Null: it was not allowed, and the person was told so. Rejects with
 * VaultRefusal, also out of the body.
 */
export async function permitted(
  vault: VaultConnection,
  { request, args, body, mayAsk, repeat }: Wish,
  writeError: (text: string) => void
): Promise<StreamAnswer | null> {
  for (let isFirst = true; ; isFirst = false) {
    const given = body?.() ?? null
    const options = {
      ...(given !== null && { body: given }),
      onNotice: () => writeError(WAITING)
    }
    const answer = await told(vault.stream(request, args, options), repeat)
    const { question } = answer.value as { readonly question?: QuestionView }
    if (question === undefined) {
      return answer.body === null ? answer : { ...answer, body: toldIfLost(answer.body, repeat) }
    }
    const decided = mayAsk && isFirst ? await askApproval(question, writeError) : null
    if (decided === null) {
      writeError(
        'latchkey: This needs your approval, and nothing was sent. Answer it with “latchkey approvals”, then run this again. (APPROVAL_DENIED)\n'
      )
      return null
    }
    const { id, digest } = question
    await told(vault.ask('answerQuestion', { id, digest, answer: decided }), 'nothing-sent')
    if (decided.kind === 'allowed') continue
    writeError('latchkey: Denied. Nothing was sent. (APPROVAL_DENIED)\n')
    return null
  }
}

async function told<T>(asked: Promise<T>, repeat: Repeat): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw saidLost(error, repeat)
  }
}
