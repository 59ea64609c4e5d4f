import { readManifest, type ToolManifest } from '#shared/broker/tool-manifest.ts'
import type { ToolCallRequest } from '#shared/broker/use.ts'
import { VaultError } from '#shared/problem.ts'
import type { Question } from '../core/use/approval.ts'
import { hasEncodedSlash } from '../core/use/target.ts'
import type { ToolRequest } from '../core/use/tool-chain.ts'
import { runTool, type ToolAnswer, type ToolAuth } from '../core/use/tool-executor.ts'
import type { SendAnswer } from '../core/use/use-ports.ts'
import { faultSentence } from '../core/use/use-sentences.ts'
import { meantAccount } from './account-rule-answers.ts'
import { targetOf } from './parse-target.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'
import { asked, permissionOf, type UseAnswerPorts } from './use-answer-ports.ts'

/** Most bytes of an answer to a tool. */
const MOST_TOOL_BYTES = 4 * 1024 * 1024

/** Runs a tool by its manifests. Throws INVALID_REQUEST with the sentence of their first fault. */
export async function toolAnswer(
  ports: UseAnswerPorts,
  call: ToolCallRequest,
  caller: Caller
): Promise<SocketAnswer> {
  let question: Question | null = null
  const sendWith = async (request: ToolRequest, auth: ToolAuth): Promise<ToolAnswer> => {
    const { body } = request
    const { service, scope } = auth
    const { from } = call
    const account = meantAccount(ports, { ...auth, ...(from && { from }) }, caller)
    const use = { ...request, service, account, scope, reason: call.reason, waits: call.waits }
    const outcome = await ports.service.use(
      { ...use, body: body === null ? null : () => textBody(body), scheme: auth.scheme },
      permissionOf(ports, call, caller)
    )
    if (outcome.kind === 'answer') return await whole(outcome.answer)
    question = outcome.question
    throw new VaultError('APPROVAL_DENIED')
  }
  const result = await runTool(
    { sendWith, sendPublic: (request) => sendPublic(ports, request, caller.signal) },
    manifestsOf(call.manifests),
    call
  )
  return question === null ? { value: { kind: 'result', result } } : asked(ports, question)
}

async function sendPublic(
  ports: UseAnswerPorts,
  { url, method, headers, body }: ToolRequest,
  signal: AbortSignal
): Promise<ToolAnswer> {
  const found = targetOf(url)
  if (found.kind === 'fault') throw new VaultError('INVALID_REQUEST')
  const { target } = found
  // No preset says how the servers of a public tool read it.
  if (hasEncodedSlash(target.path)) {
    throw new VaultError('INVALID_REQUEST', { message: faultSentence('path-encoding') })
  }
  return await whole(
    await ports.sendPublic({ target, method, headers, signal, body: body === null ? null : textBody(body) })
  )
}

/** Throws INVALID_REQUEST with the sentence of the first fault. */
function manifestsOf(values: readonly unknown[]): ReadonlyMap<string, ToolManifest> {
  const all = values.map((value) => {
    const found = readManifest(value)
    if (found.kind === 'fault') throw new VaultError('INVALID_REQUEST', { message: found.message })
    return found.manifest
  })
  return new Map(all.map((manifest) => [manifest.tool_id, manifest]))
}

async function* textBody(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function whole({
  status,
  headers,
  body
}: Pick<SendAnswer, 'status' | 'headers' | 'body'>): Promise<ToolAnswer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > MOST_TOOL_BYTES) {
      throw new VaultError('PROVIDER_REFUSED', { message: 'The answer is larger than 4 MiB. Ask for less.' })
    }
    pieces.push(piece)
  }
  return { status, headers, body: Buffer.concat(pieces) }
}
