import type { ProposalWish } from '#shared/broker/proposals.ts'

type Rule = Pick<Extract<ProposalWish, { kind: 'rule' }>, 'methods' | 'host' | 'path'>

/** Returns the rule in a text such as `GET,HEAD api.example.com/v1/*`, which policy.yaml writes the same way; null if the text has another form. */
export function ruleIn(text: string): Rule | null {
  const [, methods, host = '', path] = /^(\S+) +([^/\s]*)(\/\S*)$/.exec(text) ?? []
  if (methods === undefined || path === undefined) return null
  return { methods: methods.toUpperCase().split(','), host: host === '' ? null : host, path }
}
