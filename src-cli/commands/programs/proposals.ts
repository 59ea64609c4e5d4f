import type { ProposalDecision, ProposalView } from '#shared/broker/proposals.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { terminalAsker } from '../../client/terminal-asker.ts'
import { exitCodes, type Terminal } from '../../terminal/command.ts'

type Answer = ProposalDecision['answer']
type Ports = Pick<Terminal, 'write' | 'writeError'>

export async function proposalsOf(vault: VaultConnection): Promise<readonly ProposalView[]> {
  return (await vault.ask('listProposals')) as readonly ProposalView[]
}

/** The lines of a proposal; every text in it was cleaned by the vault. */
export function proposalLines({ client, id, reason, until, what }: ProposalView): string[] {
  const who = client.id === 'terminal' ? 'This terminal' : `${client.name} (paired program)`
  return [
    `${id}  ${who} proposes ${proposedText(what)}`,
    ...(reason === null ? [] : [`    reason, in its own words: “${reason}”`]),
    `    until ${until.slice(0, 10)} ${until.slice(11, 16)} UTC`
  ]
}

function proposedText(what: ProposalView['what']): string {
  switch (what.kind) {
    case 'service':
      return `that you add ${what.name}.`
    case 'scope':
      return `the scope ${what.scope} for ${what.name}, ${what.account}.`
    case 'rule': {
      const { account, host, methods, name, path, scope } = what
      const need = scope === null ? '' : `, scope ${scope}`
      return `that it may always use ${name}, ${account}${need}:\n    ${methods.join(', ')} https://${host}${path}`
    }
  }
}

/** Answers the proposal of this id. */
export async function answerOne(
  vault: VaultConnection,
  id: string,
  answer: Answer,
  ports: Ports
): Promise<number> {
  const proposal = (await proposalsOf(vault)).find((each) => each.id === id)
  if (proposal === undefined) {
    ports.write('There is no such proposal. It may have ended.\n')
    return exitCodes.warnings
  }
  ports.write(`${proposalLines(proposal).join('\n')}\n`)
  await send(vault, proposal, answer, ports)
  return exitCodes.ok
}

/** Puts each proposal to the person at the terminal. False: there is no terminal. */
export async function askProposals(
  vault: VaultConnection,
  proposals: readonly ProposalView[],
  ports: Ports
): Promise<boolean> {
  for (const proposal of proposals) {
    const ask = await terminalAsker(ports.writeError)
    if (ask === null) return false
    try {
      ports.writeError(`${proposalLines(proposal).join('\n')}\n`)
      const typed = await ask('[a]ccept or [d]ismiss? Anything else leaves it for later: ')
      const answer = answers[typed.trim().toLowerCase()]
      if (answer !== undefined) await send(vault, proposal, answer, ports)
    } finally {
      ask.close()
    }
  }
  return true
}

const answers: Readonly<Record<string, Answer>> = { a: 'accept', d: 'dismiss' }

async function send(
  vault: VaultConnection,
  { id, digest, what }: ProposalView,
  answer: Answer,
  { write }: Ports
): Promise<void> {
  await vault.ask('answerProposal', { id, digest, answer } satisfies ProposalDecision)
  write(answer === 'accept' ? `Accepted. ${nextStep(what)}\n` : 'Dismissed.\n')
}

/** What the person has to do themselves: a sign-in and a key need the window. */
function nextStep(what: ProposalView['what']): string {
  switch (what.kind) {
    case 'service':
      return `Now open Latchkey and add ${what.name}.`
    case 'scope':
      return `Now open Latchkey, choose ${what.name}, ${what.account}, and “Change scopes…”.`
    case 'rule':
      return '“latchkey approvals --list” lists it, and --revoke ends it.'
  }
}
