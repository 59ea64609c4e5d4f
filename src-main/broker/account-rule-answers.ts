import type { AccountRule, RuleCondition, ShownAccountRules } from '#shared/broker/account-rules.ts'
import type { Whereabouts } from '#shared/broker/whereabouts.ts'
import type { AccountRules } from '../core/use/account-rules.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type AccountRulePorts = { readonly accountRules: AccountRules }

/** The answers to a person who looks at the rules that choose an account, or sets them. */
export function accountRuleAnswers({ accountRules }: AccountRulePorts) {
  return {
    listAccountRules: async (
      from: Whereabouts | null,
      { client }: Pick<Caller, 'client'>
    ): Promise<SocketAnswer> => {
      const asker = { client: client.name, from }
      const value = accountRules
        .list()
        .map((rule) => ({ ...rule, holds: accountRules.deciding(rule.service, asker) === rule }))
      return { value: value satisfies ShownAccountRules }
    },
    setAccountRule: async (rule: AccountRule): Promise<SocketAnswer> => {
      accountRules.set(rule)
      return { value: null }
    },
    removeAccountRule: async (rule: {
      readonly service: string
      readonly when: RuleCondition
    }): Promise<SocketAnswer> => {
      accountRules.remove(rule)
      return { value: null }
    }
  }
}

type Named = { readonly service: string; readonly account: string | null; readonly from?: Whereabouts }

/** The account that a request means: the one that it names, else that of a rule. Throws as `AccountRules.accountFor`. */
export function meantAccount(
  { accountRules }: { readonly accountRules: Pick<AccountRules, 'accountFor'> },
  { service, account, from }: Named,
  { client }: Pick<Caller, 'client'>
): string | null {
  return accountRules.accountFor({ service, account }, { client: client.name, from: from ?? null })
}
