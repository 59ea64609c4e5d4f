import type { ClearedToken, GivenToken, TokenView, WhichToken } from '#shared/broker/tokens.ts'
import { ASKED_IN_WINDOW } from '#shared/broker/terminal-requests.ts'
import type { CatalogEntry } from '../core/credential-record.ts'
import { type ActivityLog, doerOf, noteDone } from '../core/requests/activity-requests.ts'
import type { TerminalQuestion } from '../core/requests/terminal-question.ts'
import type { AccountRules } from '../core/use/account-rules.ts'
import type { ConfirmLoss, GivenTokens } from '../core/use/given-tokens.ts'
import type { Client } from '../core/use/client.ts'
import { meantAccount } from './account-rule-answers.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type TokenAnswerPorts = {
  readonly accountRules: Pick<AccountRules, 'accountFor'>
  readonly audit: Pick<ActivityLog, 'note'>
  /** Null: no window asks. */
  readonly question: Pick<TerminalQuestion, 'ask'> | null
  readonly givenTokens: Pick<GivenTokens, 'find' | 'view' | 'set' | 'clear'>
  /** False: the rules keep the client from this entry. Throws CONFIG_INVALID. */
  readonly mayUse: (entry: CatalogEntry, client: Client) => Promise<boolean>
}

/** The answers to the client for programs, beside those of `useAnswers`. */
export function tokenAnswers(ports: TokenAnswerPorts) {
  const { givenTokens } = ports
  return {
    viewToken: async (which: WhichToken, caller: Caller): Promise<SocketAnswer> => ({
      value: await viewOf(ports, { ...which, account: meantAccount(ports, which, caller) }, caller.client)
    }),
    setToken: async (given: GivenToken, caller: Caller): Promise<SocketAnswer> => {
      const value = await givenTokens.set(given, confirmOver(ports, caller))
      await noteDone(ports.audit, 'store', value, doerOf(caller))
      return { value }
    },
    clearToken: async (which: ClearedToken, caller: Caller): Promise<SocketAnswer> => {
      const ref = givenTokens.find(which)?.ref
      const value = await givenTokens.clear(which, confirmOver(ports, caller))
      if (value && ref !== undefined) await noteDone(ports.audit, 'delete', ref, doerOf(caller))
      return { value }
    }
  }
}

async function viewOf(
  { givenTokens, mayUse }: TokenAnswerPorts,
  which: WhichToken,
  client: Client
): Promise<TokenView | null> {
  const entry = givenTokens.find(which)
  if (entry === null || !(await mayUse(entry, client))) return null
  return givenTokens.view(entry, which.scope)
}

/** Where a window is open it asks before something of the person is replaced or deleted. */
export function confirmOver(
  { question }: Pick<TokenAnswerPorts, 'question'>,
  { signal, tell }: Pick<Caller, 'signal' | 'tell'>
): ConfirmLoss {
  return async (kind, { name, ref }) => {
    const onAsked = (): void => void tell(ASKED_IN_WINDOW)
    await question?.ask({ kind, entry: `${name}, ${ref.account}` }, { stop: signal, onAsked })
  }
}
