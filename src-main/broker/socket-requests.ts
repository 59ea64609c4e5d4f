import * as v from 'valibot'
import { socketRequests } from '#shared/broker/requests.ts'
import type { UseRequest } from '#shared/broker/use.ts'
import { VaultError } from '#shared/problem.ts'
import { TERMINAL } from '../../src-socket/handshake.ts'
import { questionView } from '../core/requests/use-requests.ts'
import type { UseService } from '../core/use/use-service.ts'
import type { Caller, SocketAnswer, SocketHandler } from './socket-connection.ts'

export type SocketRequestPorts = {
  /** Answers every request of the table but `use`, by name. */
  readonly handlers: Readonly<Record<string, (...args: never[]) => Promise<unknown>>>
  readonly use: UseService
}

/**
 * Answers what comes through the socket: checks who asks and the arguments, calls the handler and checks its
 * answer. A name that is not in the table does not exist.
 */
export function socketHandler({ handlers, use }: SocketRequestPorts): SocketHandler {
  return async (name, args, caller) => {
    const row = Object.hasOwn(socketRequests, name) ? socketRequests[name] : undefined
    if (row === undefined) throw new VaultError('INVALID_REQUEST')
    if (row.asker === 'person' && caller.client.id !== TERMINAL) {
      throw new VaultError('INVALID_REQUEST', { message: 'Only the person may ask for this, not a program.' })
    }
    const input = v.safeParse(row.input, args)
    if (!input.success) throw new VaultError('INVALID_REQUEST', { message: faultOf(input.issues) })
    if (name === 'use') return await useAnswer(use, input.output[0] as UseRequest, caller)
    const handler = handlers[name]
    if (handler === undefined) throw new VaultError('INTERNAL')
    const output = v.safeParse(row.output, await handler(...(input.output as never[])))
    if (!output.success) throw new VaultError('INTERNAL')
    return { value: output.output }
  }
}

/** Names only the place of the fault: valibot's own messages quote the value. */
function faultOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const path = issues[0] === undefined ? null : v.getDotPath(issues[0])
  return path === null
    ? 'The request was not understood.'
    : `The request was not understood: ${path.replace(/^\d+\.?/, '') || 'argument'}.`
}

async function useAnswer(use: UseService, request: UseRequest, caller: Caller): Promise<SocketAnswer> {
  const outcome = await use.use(
    { ...request, body: request.hasBody ? caller.body : null },
    {
      client: caller.client,
      peer: caller.peer,
      signal: caller.signal,
      onQuestion: (question) => void caller.tell({ question: questionView(question) })
    }
  )
  if (outcome.kind === 'question') {
    return { value: { kind: 'question', question: questionView(outcome.question) } }
  }
  const { status, statusText, headers, body } = outcome.answer
  return { value: { kind: 'answer', status, statusText, headers }, body }
}
