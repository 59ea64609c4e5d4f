import * as v from 'valibot'
import type { SignInState, SignInWish } from '#shared/broker/agents.ts'
import { ask } from '../../client/ask.ts'
import { whereabouts } from '../../client/whereabouts.ts'
import { agentTool, PageToOpen, type ToolReply } from './agent-tool.ts'
import { endingAt } from './asked.ts'
import { fields } from './fields.ts'
import { proposalReply } from './propose.ts'

/** Says whether a sign-in is there; where it is not, it is put before the person, who begins it by accepting that. */
export const signIn = agentTool({
  name: 'sign_in',
  title: 'Sign in',
  description:
    'Makes sure that a service is signed in to, with a scope if one is named. What is missing is put before the person, who signs in to it in Latchkey; never ask them for a password, a token or a code. Repeat the call: “done” means that it works.',
  input: v.strictObject({
    service: fields.service,
    account: fields.account,
    scope: fields.wantedScope,
    reason: fields.reason
  }),
  isReadOnly: false,
  run: async ({ service, account = null, scope = null, reason = null }, call) => {
    const { offered, opensPages, until, vault } = call
    const wish = { service, account, scope, reason, ...whereabouts() }
    const stateAt = (end: SignInWish['until']): Promise<SignInState> =>
      endingAt(until, vault, () => ask(vault, 'askSignIn', [{ ...wish, until: end }]))
    const state = await stateAt(opensPages ? 'page' : 'end')
    if (!opensPages || state.state !== 'under-way' || state.page === null) return replyOf(state, service)
    if (offered.has(state.attempt)) return replyOf(await stateAt('end'), service)
    offered.add(state.attempt)
    return new PageToOpen(
      state.page,
      `Open this page to sign in to ${service}, and type the code that Latchkey shows you.`
    )
  }
})

function replyOf(answer: SignInState, service: string): ToolReply {
  switch (answer.state) {
    case 'done': {
      const { state, account, scopes } = answer
      return { state, service, account, scopes }
    }
    case 'waits':
      return proposalReply(answer)
    case 'locked':
      return pending(service, 'The person has to unlock Latchkey.')
    case 'accepted':
      return pending(service, 'The person has accepted it, and the sign-in is theirs now.')
    case 'under-way':
      return pending(service, 'The person is signing in.')
  }
}

const pending = (service: string, what: string): ToolReply => ({
  state: 'pending',
  id: `sign-in:${service}`,
  message: `${what} Go on with other work and repeat this call later.`
})
