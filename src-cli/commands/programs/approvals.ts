import type { ApprovalView, QuestionView } from '#shared/broker/use.ts'
import { VaultError } from '#shared/problem.ts'
import { shortHost } from '#shared/short-host.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { askApproval, questionLines } from '../../client/ask-approval.ts'
import { type Arguments, type Command, exitCodes, UsageError } from '../../terminal/command.ts'
import type { SignInCommandPorts } from '../sign-in/run-sign-in.ts'
import { answerOne, askProposals, proposalLines, proposalsOf } from './proposals.ts'

export type ApprovalsCommandPorts = SignInCommandPorts

/** Answers the questions that wait, lists what is allowed, and revokes it. */
export const approvalsCommand: Command<ApprovalsCommandPorts> = {
  run: async (args, ports) => {
    const revoke = args.value('revoke')
    const chosen = ['list', 'revoke', 'accept', 'dismiss'].filter((name) => args.has(name))
    if (chosen.length > 1) throw new UsageError(`--${chosen.join(' and --')} do not go together.`)
    const vault = await ports.openVault()
    try {
      if (revoke !== null) {
        await vault.ask('revokeApproval', revoke)
        ports.write('Revoked. What ran with it has ended.\n')
        return exitCodes.ok
      }
      for (const answer of ['accept', 'dismiss'] as const) {
        const id = args.value(answer)
        if (id !== null) return await answerOne(vault, id, answer, ports)
      }
      if (args.has('json') || args.has('list')) return await list(vault, args, ports)
      return await answerAll(vault, ports)
    } finally {
      vault.close()
    }
  }
}

async function list(
  vault: VaultConnection,
  args: Arguments,
  { write }: ApprovalsCommandPorts
): Promise<number> {
  const approvals = (await vault.ask('listApprovals')) as readonly ApprovalView[]
  const questions = (await vault.ask('listQuestions')) as readonly QuestionView[]
  const proposals = await proposalsOf(vault)
  if (args.has('json')) write(args.json({ approvals, questions, proposals }))
  else {
    for (const question of questions) write(`waits  ${questionLines(question).join('\n       ')}\n`)
    for (const proposal of proposals) write(`${proposalLines(proposal).join('\n')}\n`)
    for (const approval of approvals) write(`${approvalLine(approval)}\n`)
    if (approvals.length + questions.length + proposals.length === 0)
      write('Nothing is allowed beyond single requests, and no question waits.\n')
  }
  return questions.length + proposals.length > 0 ? exitCodes.warnings : exitCodes.ok
}

function approvalLine(approval: ApprovalView): string {
  const { id, client, name, account, mode, duration, until, lastUsedAt } = approval
  const end = until === null ? durationText[duration] : `until ${minute(until)}`
  const used = lastUsedAt === null ? 'not used yet' : `last used ${minute(lastUsedAt)}`
  return [
    `${id}  ${client.name} ${mayText[mode]} ${name}, ${account}`,
    `    ${reachOf(approval)}${end} · ${used}`
  ].join('\n')
}

/** What of the credential it covers. */
function reachOf({ helper, host, methods, mode, path }: ApprovalView): string {
  if (mode === 'reveal') return ''
  if (helper !== undefined) return `helper of ${helper} for ${shortHost(host)} · `
  return `${methods.join(', ')} https://${shortHost(host)}${path ?? '/…'} · `
}

const mayText = {
  use: 'may use',
  relay: 'may open a relay with',
  reveal: 'may get the secret of',
  helper: 'may get the secret of'
}

const durationText = {
  once: 'once',
  run: 'until its run ends',
  '10-minutes': '10 minutes',
  'until-lock': 'until Latchkey locks or ends',
  always: 'always'
}

const minute = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`

async function answerAll(vault: VaultConnection, ports: ApprovalsCommandPorts): Promise<number> {
  const { write, writeError } = ports
  const questions = (await vault.ask('listQuestions')) as readonly QuestionView[]
  for (const question of questions) {
    const answer = await askApproval(question, writeError)
    if (answer === null) throw pending()
    await vault.ask('answerQuestion', { id: question.id, digest: question.digest, answer })
    write(answer.kind === 'denied' ? 'Denied.\n' : 'Allowed.\n')
  }
  const proposals = await proposalsOf(vault)
  if (!(await askProposals(vault, proposals, ports))) throw pending()
  if (questions.length + proposals.length === 0) write('No question waits.\n')
  return exitCodes.ok
}

function pending(): VaultError {
  const message = 'No terminal answered, and the question waits. Run this in a terminal.'
  return new VaultError('APPROVAL_PENDING', { message })
}
