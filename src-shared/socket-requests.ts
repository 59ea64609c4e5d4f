import * as v from 'valibot'
import { awsRequests } from './broker/aws.ts'
import { agentRequests } from './broker/agents.ts'
import { accountRuleRequests } from './broker/account-rules.ts'
import { namedRequests } from './broker/named.ts'
import { brokerRequests, type SocketRow } from './broker/requests.ts'
import { terminalSignInRequests } from './broker/sign-in-requests.ts'
import { terminalRequests } from './broker/terminal-requests.ts'
import { terminalViews } from './broker/terminal-views.ts'
import { tokenRequests } from './broker/tokens.ts'
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
  ...agentRequests,
  ...accountRuleRequests,
  ...brokerRequests,
  ...terminalRequests,
  ...terminalSignInRequests,
  ...terminalViews,
  ...awsRequests,
  ...tokenRequests,
  ...namedRequests
}

type SocketRequests = VaultRequests &
  typeof agentRequests &
  typeof accountRuleRequests &
  typeof brokerRequests &
  typeof terminalRequests &
  typeof terminalSignInRequests &
  typeof terminalViews &
  typeof awsRequests &
  typeof tokenRequests &
  typeof namedRequests
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
