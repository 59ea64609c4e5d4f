import type {
  AccessWish,
  QuestionFollow,
  QuestionState,
  SignInWish,
  UsableAccount
} from '#shared/broker/agents.ts'
import type { Approvals } from '../core/use/approvals.ts'
import type { Client } from '../core/use/client.ts'
import type { SignInWishes } from '../core/use/sign-in-wishes.ts'
import type { UseService } from '../core/use/use-service.ts'
import { meantAccount } from './account-rule-answers.ts'
import type { UseAnswerPorts } from './use-answer-ports.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type AgentAnswerPorts = Pick<UseAnswerPorts, 'accountRules' | 'viewOf'> & {
  readonly service: Pick<UseService, 'ask'>
  readonly approvals: Pick<Approvals, 'questions'>
  readonly signInWishes: Pick<SignInWishes, 'follow'>
  /** Throws CONFIG_INVALID. */
  readonly usableBy: (client: Client) => Promise<UsableAccount[]>
}

/** The answers to programs that ask the person and come back for the answer, for the socket. */
export function agentAnswers({
  accountRules,
  service,
  approvals,
  signInWishes,
  usableBy,
  viewOf
}: AgentAnswerPorts) {
  return {
    listUsable: async (_nothing: undefined, { client }: Caller): Promise<SocketAnswer> => ({
      value: await usableBy(client)
    }),
    askAccess: async (wish: AccessWish, caller: Caller): Promise<SocketAnswer> => {
      const { client, peer, signal } = caller
      const account = meantAccount({ accountRules }, wish, caller)
      const question = await service.ask(
        { ...wish, account, headers: [], body: null, waits: false },
        { client, peer, run: null, signal, onQuestion: () => undefined }
      )
      return { value: { question: question === null ? null : viewOf(question) } }
    },
    followQuestion: async (
      { id, waits }: QuestionFollow,
      { client, signal }: Caller
    ): Promise<SocketAnswer> => {
      const state = (): QuestionState => approvals.questions.stateOf(id, client.id)
      if (waits && state() === 'waits') await approvals.questions.answerTo(id, signal)
      return { value: state() }
    },
    askSignIn: async (wish: SignInWish, caller: Caller): Promise<SocketAnswer> => {
      const account = meantAccount({ accountRules }, wish, caller)
      return { value: await signInWishes.follow({ ...wish, account }, caller) }
    }
  }
}
