import { useState } from 'react'
import type { ProposalDecision, ProposalView } from '#shared/broker/proposals.ts'
import { credentialKey } from '#shared/credential.ts'
import { shortHost } from '#shared/short-host.ts'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import type { OpenDialog } from '../state/window-state.ts'
import { proposalsText } from '../text/proposals-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import type { Confirmation } from '../ui/confirm-dialog.tsx'
import { focusNext } from './focus-next.ts'
import { programName } from './use-words.ts'

/**
 * What a person can do with proposals; `part` is the element around them. `question`: the one before a rule is
 * accepted; null: none is open.
 */
export function useProposals(part: { readonly current: HTMLElement | null }) {
  const { bridge, activity } = useVault()
  const { commands } = useWindow()
  const tell = useTell()
  const [asked, setAsked] = useState<ProposalView | null>(null)
  const dialogOf = useDialogOf()
  const { credentials } = useReady()

  async function answer({ id, digest }: ProposalView, wanted: ProposalDecision['answer']): Promise<boolean> {
    const result = await bridge.answerProposal({ id, digest, answer: wanted })
    if (!result.ok) tell.failed(result.problem)
    await Promise.all([activity.proposals.reload(), activity.approvals.reload()])
    focusNext(part.current)
    return result.ok
  }
  async function dismiss(proposal: ProposalView): Promise<void> {
    if (await answer(proposal, 'dismiss')) tell.done(proposalsText.dismissed, proposalsText.dismissedBody)
  }
  async function allow(proposal: ProposalView): Promise<void> {
    if (await answer(proposal, 'accept')) tell.done(proposalsText.allowed, proposalsText.allowedBody)
  }
  /** A rule is asked about once more; a service and a scope lead to their sign-in, and one again begins. */
  async function accept(proposal: ProposalView): Promise<void> {
    if (proposal.what.kind === 'sign-in') return await signInAgain(proposal, credentialKey(proposal.what))
    const dialog = dialogOf(proposal)
    if (dialog === null) setAsked(proposal)
    else if (await answer(proposal, 'accept')) commands.show(dialog)
  }
  async function signInAgain(proposal: ProposalView, id: string): Promise<void> {
    const credential = credentials.get(id)
    if ((await answer(proposal, 'accept')) && credential !== undefined) await commands.signInAgain(credential)
  }
  const question = asked === null ? null : { ...confirmationOf(asked), run: () => void allow(asked) }
  return { accept, dismiss, question, onClose: () => setAsked(null) }
}

/** The dialog in which a proposal is carried out. Null: it needs none. */
function useDialogOf(): (proposal: ProposalView) => OpenDialog | null {
  const { providers } = useReady()
  return ({ what }) => {
    if (what.kind === 'rule' || what.kind === 'sign-in') return null
    if (what.kind === 'scope') return { kind: 'scopes', id: credentialKey(what), also: what.scope }
    const { service: provider } = what
    const isKey = providers.find(({ id }) => id === provider)?.kind === 'api-key'
    return { kind: 'add', start: isKey ? { kind: 'key', provider } : { kind: 'provider', provider } }
  }
}

function confirmationOf({ client, what }: ProposalView): Omit<Confirmation, 'run'> {
  const { confirm, confirmBody, confirmTitle } = proposalsText
  const request = what.kind === 'rule' ? `${what.methods.join(', ')} ${shortHost(what.host)}${what.path}` : ''
  return {
    title: confirmTitle(programName(client.name), what.name),
    body: confirmBody(request),
    action: confirm
  }
}
