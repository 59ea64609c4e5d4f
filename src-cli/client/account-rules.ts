import type { RuleCondition, ShownAccountRules } from '#shared/broker/account-rules.ts'
import type { HomeAnswers } from './reach-home.ts'
import { whereabouts } from './whereabouts.ts'

type Answers = Pick<HomeAnswers, 'stream'>

/** The rules that choose an account, each with whether it decides where this process runs. Rejects with VaultRefusal. */
export async function accountRulesHere(home: Answers): Promise<ShownAccountRules> {
  // The vault has checked its answer.
  const { value } = await home.stream('listAccountRules', [whereabouts().from ?? null], {})
  return value as ShownAccountRules
}

/** The rules that decide here; empty also where no vault can be asked, because then nothing is used either. */
export async function rulesInForce(home: Answers): Promise<ShownAccountRules> {
  try {
    return (await accountRulesHere(home)).filter(({ holds }) => holds)
  } catch {
    return []
  }
}

/** The account that a rule chooses here for a service; null: no rule does, or no vault can be asked. */
export async function accountHere(home: Answers, service: string): Promise<string | null> {
  return (await rulesInForce(home)).find((rule) => rule.service === service)?.account ?? null
}

/** When a rule holds, in words. */
export function conditionWords(when: RuleCondition): string {
  switch (when.kind) {
    case 'folder':
      return `in ${when.folder} and below`
    case 'owner':
      return `in repositories of ${when.owner}`
    case 'client':
      return `for the program ${when.client}`
  }
}
