import type { ProposalWish } from '#shared/broker/proposals.ts'

type Rule = Pick<Extract<ProposalWish, { kind: 'rule' }>, 'methods' | 'host' | 'path'>

/** Reads a rule as policy.yaml has it: `METHOD[,METHOD] [HOST[:PORT]]/PATH`. Null: it is none. */
export function ruleIn(text: string): Rule | null {
  const [, methods, host = '', path] = /^(\S+) +([^/\s]*)(\/\S*)$/.exec(text) ?? []
  if (methods === undefined || path === undefined) return null
  return { methods: methods.toUpperCase().split(','), host: host === '' ? null : host, path }
}
