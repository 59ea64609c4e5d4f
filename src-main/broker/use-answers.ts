import type { ProposalWish } from '#shared/broker/proposals.ts'
import type { HandOutRequest, ToolCallRequest, UseRequest } from '#shared/broker/use.ts'
import type { BegunRun } from '../core/use/runs.ts'
import { meantAccount } from './account-rule-answers.ts'
import { credentialHeader } from './credential-header.ts'
import { relayAnswers } from './relay-answers.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'
import { toolAnswer } from './tool-answers.ts'
import { asked, permissionOf, sent, type UseAnswerPorts } from './use-answer-ports.ts'

/** The answers to programs that use a credential, for the socket. */
export function useAnswers(ports: UseAnswerPorts) {
  return {
    use: (request: UseRequest, caller: Caller) => useAnswer(ports, request, caller),
    ...relayAnswers(ports),
    beginRun: async (_nothing: undefined, caller: Caller) => runAnswer(ports, caller),
    reveal: (request: HandOutRequest, caller: Caller) => revealAnswer(ports, request, caller),
    runTool: (request: ToolCallRequest, caller: Caller) => toolAnswer(ports, request, caller),
    propose: async (wish: ProposalWish, caller: Caller): Promise<SocketAnswer> => ({
      value: await ports.propose(wish, caller)
    })
  }
}

async function useAnswer(ports: UseAnswerPorts, request: UseRequest, caller: Caller): Promise<SocketAnswer> {
  const account = meantAccount(ports, request, caller)
  const use = { ...request, account, body: request.hasBody ? caller.body : null }
  return await sent(ports, use, permissionOf(ports, request, caller))
}

/** The run lasts as long as its client reads the empty body of this answer. */
function runAnswer({ runs }: UseAnswerPorts, { client, signal }: Caller): SocketAnswer {
  const run = runs.begin(client.id)
  return { value: { run: run.secret }, body: untilRunEnds(signal, run) }
}

/** A body without a byte that ends with its client, or when the vault closes. */
async function* untilRunEnds(signal: AbortSignal, { ended, end }: BegunRun): AsyncGenerator<Uint8Array> {
  const gone = Promise.withResolvers<void>()
  if (signal.aborted) gone.resolve()
  signal.addEventListener('abort', () => gone.resolve(), { once: true })
  try {
    await Promise.race([gone.promise, ended])
    yield* []
  } finally {
    end()
  }
}

async function revealAnswer(
  ports: UseAnswerPorts,
  wish: HandOutRequest,
  caller: Caller
): Promise<SocketAnswer> {
  const account = meantAccount(ports, wish, caller)
  const revealed = await ports.handOut.reveal({ ...wish, account }, permissionOf(ports, wish, caller))
  if (revealed.kind === 'question') return asked(ports, revealed.question)
  const { secret } = revealed
  const [name, text] = credentialHeader(revealed)
  const header = `${name === 'authorization' ? 'Authorization' : name}: ${text}`
  return { value: { kind: 'revealed', value: secret.expose((value) => value), header } }
}
