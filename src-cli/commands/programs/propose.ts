import type { ProposalAnswer, ProposalWish } from '#shared/broker/proposals.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ruleIn } from '../../client/rule-text.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

export type ProposeCommandPorts = Pick<Terminal, 'write' | 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Proposes a service, a scope or a rule to the person, and does not wait for the answer. */
export const proposeCommand: Command<ProposeCommandPorts> = {
  run: async (args, { openVault, write, writeError }) => {
    const wish = wishOf(args)
    const vault = await openVault()
    try {
      const answer = (await vault.ask('propose', wish)) as ProposalAnswer
      if (args.has('json')) write(args.json(answer))
      else write(answer.state === 'waits' ? `${answer.id}\n` : 'Accepted already.\n')
      if (answer.state === 'accepted') return exitCodes.ok
      writeError(
        'latchkey: This waits for the person, in Activity of Latchkey’s window and in “latchkey approvals”. Run it again to see whether it was accepted.\n'
      )
      return exitCodes.later
    } finally {
      vault.close()
    }
  }
}

function wishOf(args: Arguments): ProposalWish {
  const [kind, service = '', what] = args.positionals
  const reason = args.value('reason')
  const account = args.value('account')
  switch (kind) {
    case 'service':
      requireNone(what !== undefined || account !== null, 'service takes a SERVICE and nothing else.')
      requireNone(args.value('scope') !== null, '--scope is for a rule.')
      return { kind, service, reason }
    case 'scope':
      requireNone(args.value('scope') !== null, '--scope is for a rule.')
      return { kind, service, account, scope: given(what, 'SCOPE is missing.'), reason }
    default: {
      const rule = ruleIn(given(what, 'RULE is missing.'))
      if (rule === null) throw new UsageError(WRONG_RULE)
      return { kind: 'rule', service, account, ...rule, scope: args.value('scope'), reason }
    }
  }
}

const WRONG_RULE = 'RULE is written METHOD PATH, such as “GET /repos/**” or “GET api.example.com/v1/*”.'

function given(text: string | undefined, fault: string): string {
  if (text === undefined) throw new UsageError(fault)
  return text
}

function requireNone(isThere: boolean, fault: string): void {
  if (isThere) throw new UsageError(fault)
}
