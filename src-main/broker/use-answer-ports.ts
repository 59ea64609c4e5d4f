import type { ProposalAnswer } from '#shared/broker/proposals.ts'
import type { QuestionView } from '#shared/broker/use.ts'
import type { AccountRules } from '../core/use/account-rules.ts'
import type { Question } from '../core/use/approval.ts'
import type { HandOut } from '../core/use/hand-out.ts'
import type { PermissionCaller } from '../core/use/permission.ts'
import type { Wish } from '../core/use/propose.ts'
import type { RelayTickets } from '../core/use/relay-tickets.ts'
import type { Runs } from '../core/use/runs.ts'
import type { SendAnswer, SendRequest } from '../core/use/use-ports.ts'
import type { Use } from '../core/use/use-checks.ts'
import type { UseService } from '../core/use/use-service.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type UseAnswerPorts = {
  readonly service: UseService
  readonly handOut: HandOut
  readonly tickets: RelayTickets
  readonly runs: Pick<Runs, 'begin' | 'find'>
  readonly accountRules: Pick<AccountRules, 'accountFor'>
  /** A question as it is shown to the person. */
  readonly viewOf: (question: Question) => QuestionView
  /** Throws as `propose` of the rules. */
  readonly propose: (wish: Wish, caller: Pick<Caller, 'client' | 'peer'>) => Promise<ProposalAnswer>
  /** Sends a request without a credential. Throws as `Sender.send`. */
  readonly sendPublic: (request: Omit<SendRequest, 'isLocal' | 'credential'>) => Promise<SendAnswer>
}

type Views = Pick<UseAnswerPorts, 'viewOf'>

/** The caller of a request, and the run that it names. */
export function permissionOf(
  { runs, viewOf }: UseAnswerPorts,
  { run = null }: { readonly run?: string | null },
  { client, peer, signal, tell }: Caller
): PermissionCaller {
  const onQuestion = (question: Question): void => void tell({ question: viewOf(question) })
  return { client, peer, run: runs.find(run, client.id), signal, onQuestion }
}

/** The question as an answer. */
export const asked = ({ viewOf }: Views, question: Question): SocketAnswer => ({
  value: { kind: 'question', question: viewOf(question) }
})

/** Sends a request of a program, and answers as its client reads it. */
export async function sent(ports: UseAnswerPorts, use: Use, caller: PermissionCaller): Promise<SocketAnswer> {
  const outcome = await ports.service.use(use, caller)
  if (outcome.kind === 'question') return asked(ports, outcome.question)
  const { status, statusText, headers, body: answered } = outcome.answer
  return { value: { kind: 'answer', status, statusText, headers }, body: answered }
}
