import type { QuestionView } from '#shared/broker/use.ts'
import { VaultError } from '#shared/problem.ts'
import { type StreamAnswer, type VaultConnection, VaultRefusal } from '../../src-socket/vault-connection.ts'
import { type Repeat, saidLost, toldIfLost } from './lost-request.ts'

/** Said while a window asks the person. */
export const WAITING = 'latchkey: waiting for your answer in Latchkey’s window\n'

type Wish = {
  readonly request: string
  /** The arguments; asked for again after an answer. */
  readonly args: readonly unknown[]
  /** Gives the body of the request again for each try; null: the request has no body. */
  readonly body?: () => AsyncIterable<Uint8Array> | null
  /** False: the person is not asked (`--no-prompt`). */
  readonly mayAsk: boolean
  /** What it means to ask again where the connection is lost. */
  readonly repeat: Repeat
}

/**
 * Asks the vault for something that the person has to allow: puts the question to the person at the terminal,
 * once, and asks the vault again. Rejects with VaultRefusal, also out of the body; with APPROVAL_DENIED if the person
 * denied it or may not be asked, and with APPROVAL_PENDING if the question waits for an answer elsewhere.
 */
export async function permitted(
  vault: VaultConnection,
  { request, args, body, mayAsk, repeat }: Wish,
  writeError: (text: string) => void
): Promise<StreamAnswer> {
  for (let isFirst = true; ; isFirst = false) {
    const sent = body?.() ?? null
    const options = {
      ...(sent !== null && { body: sent }),
      onNotice: () => writeError(WAITING)
    }
    const given = await told(vault.stream(request, args, options), repeat).catch(async (error: unknown) => {
      throw await withNear(vault, error, args)
    })
    const { question } = given.value as { readonly question?: QuestionView }
    if (question === undefined) {
      return given.body === null ? given : { ...given, body: toldIfLost(given.body, repeat) }
    }
    if (!mayAsk) throw new VaultError('APPROVAL_DENIED', { message: NOT_ASKED })
    const answer = isFirst ? await asked(question, writeError) : null
    if (answer === null) throw new VaultError('APPROVAL_PENDING')
    const { id, digest } = question
    await told(vault.ask('answerQuestion', { id, digest, answer }), 'nothing-sent')
    if (answer.kind === 'denied') throw new VaultError('APPROVAL_DENIED', { message: DENIED })
  }
}

/** Null: the person can not be asked here, or gave no answer. */
async function asked(question: QuestionView, writeError: (text: string) => void) {
  // It loads what reads a terminal, and most requests are allowed already.
  const { askApproval } = await import('./ask-approval.ts')
  return await askApproval(question, writeError)
}

/** The error; where the vault has no such entry, with what was probably meant. */
async function withNear(vault: VaultConnection, error: unknown, args: readonly unknown[]): Promise<unknown> {
  if (!(error instanceof VaultRefusal) || error.problem.code !== 'UNKNOWN_SERVICE') return error
  const { service } = args[0] as { readonly service?: string }
  if (service === undefined) return error
  // It loads what reads the list of the entries.
  const { withMeant } = await import('./unknown-entry.ts')
  return await withMeant(vault, error, service)
}

const NOT_ASKED =
  'This needs your approval, and nothing was sent. Answer it with “latchkey approvals”, then run this again.'
const DENIED = 'Denied. Nothing was sent.'

async function told<T>(asked: Promise<T>, repeat: Repeat): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw saidLost(error, repeat)
  }
}
