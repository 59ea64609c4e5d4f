import type { ProposalDecision, ProposalView } from '#shared/broker/proposals.ts'
import { shortHost } from '#shared/short-host.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { terminalAsker } from '../../client/terminal-asker.ts'
import { exitCodes } from '../../terminal/command.ts'
import { quoted } from '../see/credential-words.ts'
import { carryOut } from '../sign-in/accepted-sign-in.ts'
import type { SignInCommandPorts } from '../sign-in/run-sign-in.ts'

type Answer = ProposalDecision['answer']
type Ports = SignInCommandPorts

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
    case 'sign-in':
      return `that you sign in again to ${what.name}, ${what.account}.`
    case 'rule': {
      const { account, host, methods, name, path, scope } = what
      const need = scope === null ? '' : `, scope ${scope}`
      return `that it may always use ${name}, ${account}${need}:\n    ${methods.join(', ')} https://${shortHost(host)}${path}`
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
    const answer = await askOne(proposal, ports)
    if (answer === null) return false
    if (answer !== 'later') await send(vault, proposal, answer, ports)
  }
  return true
}

/** Null: there is no terminal. */
async function askOne(proposal: ProposalView, { writeError }: Ports): Promise<Answer | 'later' | null> {
  const ask = await terminalAsker(writeError)
  if (ask === null) return null
  try {
    writeError(`${proposalLines(proposal).join('\n')}\n`)
    const typed = await ask('[a]ccept or [d]ismiss? Anything else leaves it for later: ')
    return answers[typed?.trim().toLowerCase() ?? ''] ?? 'later'
  } finally {
    ask.close()
  }
}

const answers: Readonly<Record<string, Answer>> = { a: 'accept', d: 'dismiss' }

/** Sends the answer. A sign-in that is accepted begins at this terminal. */
async function send(
  vault: VaultConnection,
  { id, digest, what }: ProposalView,
  answer: Answer,
  ports: Ports
): Promise<void> {
  await vault.ask('answerProposal', { id, digest, answer } satisfies ProposalDecision)
  if (answer === 'dismiss') return ports.write('Dismissed.\n')
  const signsIn = what.kind === 'scope' || what.kind === 'sign-in'
  if (signsIn) ports.write('Accepted.\n')
  if (signsIn && (await carryOut(what, vault, ports))) return
  ports.write(signsIn ? `${nextStep(what)}\n` : `Accepted. ${nextStep(what)}\n`)
}

/** What the person has to do themselves. */
function nextStep(what: ProposalView['what']): string {
  switch (what.kind) {
    case 'service':
      return `Now add ${what.name} in Latchkey’s window, or run: latchkey sign-in ${what.service}`
    case 'scope':
      return `Now run: latchkey sign-in ${what.service} --account ${quoted(what.account)} --scope ${quoted(what.scope)}`
    case 'sign-in':
      return `Now run: latchkey sign-in ${what.service} --account ${quoted(what.account)}`
    case 'rule':
      return '“latchkey approvals --list” lists it, and --revoke ends it.'
  }
}
