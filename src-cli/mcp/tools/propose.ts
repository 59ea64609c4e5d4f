import * as v from 'valibot'
import type { ProposalAnswer, ProposalWish } from '#shared/broker/proposals.ts'
import { ask } from '../../client/ask.ts'
import { ruleIn } from '../../client/rule-text.ts'
import { agentTool, ToolFault, type ToolReply } from './agent-tool.ts'
import { fields } from './fields.ts'

const input = v.strictObject({
  kind: v.pipe(
    v.picklist(['service', 'scope', 'rule']),
    v.description(
      'service: a sign-in or key of a service that has none; scope: one more scope of a sign-in; rule: requests that need no question from then on'
    )
  ),
  service: fields.service,
  account: fields.account,
  scope: fields.scope,
  rule: v.optional(
    v.pipe(v.string(), v.maxLength(800), v.description('METHOD[,METHOD] [HOST]/PATH, such as GET /repos/**'))
  ),
  reason: fields.wantedReason
})

/** Puts something on the person's list. It allows nothing. */
export const proposeTool = agentTool({
  name: 'propose',
  title: 'Propose to the person',
  description:
    'Puts a proposal on the person’s list and does not wait. Repeat the call later: “accepted” means that it is there.',
  input,
  isReadOnly: false,
  run: async (args, { vault }) => proposalReply(await ask(vault, 'propose', [wishOf(args)]))
})

function wishOf({ kind, service, account, scope, rule, reason }: v.InferOutput<typeof input>): ProposalWish {
  const who = { service, reason }
  if (kind === 'service') return { kind, ...who }
  if (kind === 'scope') return { kind, ...who, account: account ?? null, scope: given(scope, 'scope') }
  const read = ruleIn(given(rule, 'rule'))
  if (read === null)
    throw new ToolFault('INVALID_REQUEST', 'rule is written METHOD PATH, such as GET /repos/**.')
  return { kind, ...who, account: account ?? null, scope: scope ?? null, ...read }
}

function given(text: string | undefined, name: string): string {
  if (text === undefined) throw new ToolFault('INVALID_REQUEST', `The field ${name} is missing.`)
  return text
}

/** What became of a proposal. */
export function proposalReply(answer: ProposalAnswer): ToolReply {
  if (answer.state === 'accepted') return { state: 'accepted' }
  return {
    state: 'pending',
    id: answer.id,
    until: answer.until,
    message:
      'It is on the person’s list, in Activity of Latchkey’s window and in “latchkey approvals”. Go on with other work and repeat this call later.'
  }
}
