import type { QuestionView } from '#shared/broker/use.ts'
import type { StreamAnswer, VaultConnection } from '../../src-socket/vault-connection.ts'
import { askApproval } from './ask-approval.ts'

type Wish = {
  readonly request: string
  /** The arguments; asked for again after an answer. */
  readonly args: readonly unknown[]
  /** Gives the body of the request anew for each try; null: the request has no body. */
  readonly body?: () => AsyncIterable<Uint8Array> | null
  /** False: the person is not asked. */
  readonly mayAsk: boolean
}

/**
 * Asks the vault for something that the person has to allow: puts the question to the person at the terminal,
 * once, and asks the vault again. Null: it was not allowed, and the person was told so. Rejects with
 * VaultRefusal.
 */
export async function permitted(
  vault: VaultConnection,
  { request, args, body, mayAsk }: Wish,
  writeError: (text: string) => void
): Promise<StreamAnswer | null> {
  for (let isFirst = true; ; isFirst = false) {
    const given = body?.() ?? null
    const answer = await vault.stream(request, args, {
      ...(given !== null && { body: given }),
      onNotice: () => writeError('latchkey: waiting for your answer in Latchkey’s window\n')
    })
    const { question } = answer.value as { readonly question?: QuestionView }
    if (question === undefined) return answer
    const decided = mayAsk && isFirst ? await askApproval(question, writeError) : null
    if (decided === null) {
      writeError(
        'latchkey: This needs your approval, and nothing was sent. Answer it with “latchkey approvals”, then run this again. (APPROVAL_DENIED)\n'
      )
      return null
    }
    await vault.ask('answerQuestion', { id: question.id, digest: question.digest, answer: decided })
    if (decided.kind === 'allowed') continue
    writeError('latchkey: Denied. Nothing was sent. (APPROVAL_DENIED)\n')
    return null
  }
}
