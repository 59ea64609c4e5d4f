import * as v from 'valibot'
import { socketRequests } from '#shared/socket-requests.ts'
import { VaultError } from '#shared/problem.ts'
import { TERMINAL } from '../../src-socket/handshake.ts'
import type { Caller, SocketAnswer, SocketHandler } from './socket-connection.ts'

export type SocketRequestPorts = {
  /** Answers a request by a value. */
  readonly handlers: Readonly<Record<string, (...args: never[]) => Promise<unknown>>>
  /** Answers a request that looks at who asks, takes a body or tells of its course; its answer may have a body. */
  readonly uses: Readonly<Record<string, (input: never, caller: Caller) => Promise<SocketAnswer>>>
}

/**
 * Answers what comes through the socket: checks who asks and the arguments, calls the handler and checks its
 * answer. A name that is not in the table does not exist.
 */
export function socketHandler({ handlers, uses }: SocketRequestPorts): SocketHandler {
  return async (name, args, caller) => {
    const row = Object.hasOwn(socketRequests, name) ? socketRequests[name] : undefined
    if (row === undefined) throw new VaultError('INVALID_REQUEST')
    if (row.asker === 'person' && caller.client.id !== TERMINAL) {
      throw new VaultError('INVALID_REQUEST', { message: 'Only the person may ask for this, not a program.' })
    }
    const input = v.safeParse(row.input, args)
    if (!input.success) throw new VaultError('INVALID_REQUEST', { message: faultOf(input.issues) })
    const use = uses[name]
    const handler = handlers[name]
    if (use === undefined && handler === undefined) throw new VaultError('INTERNAL')
    const answer: SocketAnswer =
      use === undefined
        ? { value: await handler?.(...(input.output as never[])) }
        : await use(input.output[0] as never, caller)
    const output = v.safeParse(row.output, answer.value)
    if (!output.success) throw new VaultError('INTERNAL')
    return { ...answer, value: output.output }
  }
}

/** Names only the place of the fault: valibot's own messages quote the value. */
function faultOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const path = issues[0] === undefined ? null : v.getDotPath(issues[0])
  return path === null
    ? 'The request was not understood.'
    : `The request was not understood: ${path.replace(/^\d+\.?/, '') || 'argument'}.`
}
