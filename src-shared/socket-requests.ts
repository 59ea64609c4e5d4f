import * as v from 'valibot'
import { brokerRequests, type SocketRow } from './broker/requests.ts'
import { terminalRequests } from './broker/terminal-requests.ts'
import { terminalViews } from './broker/terminal-views.ts'
import { requestsThrough } from './doors.ts'
import { vaultRequests, type VaultRequests } from './ipc.ts'
import { VaultError } from './problem.ts'

/** Every request that may come through the socket. Those of the window's table are for the person. */
export const socketRequests: Readonly<Record<string, SocketRow>> = {
  ...Object.fromEntries(
    Object.entries(requestsThrough('socket', vaultRequests)).map(([name, row]) => [
      name,
      { ...row, asker: 'person' as const }
    ])
  ),
  ...brokerRequests,
  ...terminalRequests,
  ...terminalViews
}

type SocketRequests = VaultRequests & typeof brokerRequests & typeof terminalRequests & typeof terminalViews
export type SocketRequestName = keyof SocketRequests
export type ArgumentsOf<Name extends SocketRequestName> = v.InferInput<SocketRequests[Name]['input']>
export type AnswerOf<Name extends SocketRequestName> = v.InferOutput<SocketRequests[Name]['output']>

/** Reads the answer to a request as its row describes it. Throws PROTOCOL_MISMATCH for anything else. */
export function answerFrom<Name extends SocketRequestName>(name: Name, value: unknown): AnswerOf<Name> {
  const row: SocketRow | undefined = socketRequests[name]
  const answer = row === undefined ? null : v.safeParse(row.output, value)
  if (answer?.success !== true) throw new VaultError('PROTOCOL_MISMATCH')
  return answer.output as AnswerOf<Name>
}
