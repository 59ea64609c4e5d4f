import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { ProposalView } from '#shared/broker/proposals.ts'
import { credentialKey, DEFAULT_ACCOUNT } from '#shared/credential.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { Proposal, Proposed } from '../use/proposal.ts'
import { proposalFields } from '../use/propose.ts'
import { type ActivityRequestPorts, nameOf } from './activity-requests.ts'
import type { ShowCredential } from './shown-credential.ts'

export type ProposalHandlers = Pick<VaultRequestHandlers, 'listProposals' | 'answerProposal'>

const MARK = '�'

/** The requests about what programs propose, from the window and from the person's own terminal. */
export function proposalHandlers({ activity }: Pick<ActivityRequestPorts, 'activity'>): ProposalHandlers {
  const { approvals, audit, clients, proposals, show } = activity
  return {
    listProposals: async () =>
      proposals.list().map((proposal) => ({
        ...proposalView(proposal, nameOf(proposal.client, clients), show),
        digest: proposals.digestOf(proposal)
      })),
    answerProposal: async ({ id, digest, answer }) => {
      const proposal = proposals.find(id, digest)
      const { client, what } = proposal
      // What is accepted is gone from the list last, so that nothing is lost if it can’t be written.
      if (answer === 'accept' && what.kind === 'rule') approvals.given.grant(client, what)
      if (answer === 'accept') proposals.accept(proposal)
      else proposals.dismiss(proposal)
      await audit.note(answer, proposalFields(proposal, nameOf(client, clients)))
      return null
    }
  }
}

/** A proposal as every place shows it: cleaned here and nowhere else. */
function proposalView(
  { id, client, what, reason, proposedAt, until }: Proposal,
  name: string,
  show: ShowCredential
): Omit<ProposalView, 'digest'> {
  return {
    id,
    client: { id: client, name: cleanText(name, MARK) },
    what: shownWhat(what, show),
    reason,
    proposedAt: proposedAt.toISOString(),
    until: until.toISOString()
  }
}

function shownWhat(what: Proposed, show: ShowCredential): ProposalView['what'] {
  switch (what.kind) {
    case 'service': {
      const { name } = show(credentialKey({ service: what.service, account: DEFAULT_ACCOUNT }))
      return { ...what, name }
    }
    case 'sign-in':
      return { kind: what.kind, ...show(what.credential) }
    case 'scope':
      return { kind: what.kind, ...show(what.credential), scope: cleanText(what.scope, MARK) }
    case 'rule': {
      const { credential, host, kind, methods, path, scope } = what
      return {
        kind,
        ...show(credential),
        host: cleanText(host, MARK),
        methods: [...methods],
        path: cleanText(path, MARK),
        scope: scope === null ? null : cleanText(scope, MARK)
      }
    }
  }
}
