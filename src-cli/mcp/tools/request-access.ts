import * as v from 'valibot'
import { ask } from '../../client/ask.ts'
import { whereabouts } from '../../client/whereabouts.ts'
import { agentTool, type ToolReply } from './agent-tool.ts'
import { follower, pendingReply } from './asked.ts'
import { fields } from './fields.ts'

/** Asks the person before anything is sent. */
export const requestAccess = agentTool({
  name: 'request_access',
  title: 'Ask for access',
  description:
    'Asks the person now whether a request may be sent later, without sending it. Afterwards call http_request with the same service, method, url and reason. Use it before long work that would fail without it.',
  input: v.strictObject({
    service: fields.service,
    url: fields.url,
    reason: fields.wantedReason,
    method: fields.method,
    account: fields.account,
    scope: fields.scope,
    pending: fields.pending
  }),
  isReadOnly: false,
  run: async (args, call): Promise<ToolReply> => {
    const follow = follower(call)
    const waiting = args.pending === undefined ? null : await follow(args.pending)
    if (waiting !== null) return waiting
    const wish = {
      service: args.service,
      account: args.account ?? null,
      method: (args.method ?? 'GET').toUpperCase(),
      url: args.url,
      scope: args.scope ?? null,
      reason: args.reason,
      ...whereabouts()
    }
    const { question } = await ask(call.vault, 'askAccess', [wish])
    if (question === null) return { state: 'allowed' }
    const asked = await follow(question.id)
    if (asked !== null) return asked
    const again = await ask(call.vault, 'askAccess', [wish])
    return again.question === null ? { state: 'allowed' } : pendingReply(again.question.id)
  }
})
