import type { Approval } from './approval.ts'

/** What a program would like the person to add or to allow. `credential`: a key of `credentialKey`. */
export type Proposed =
  /** A credential of a provider that has none yet. */
  | { readonly kind: 'service'; readonly service: string }
  /** One more scope of a sign-in. */
  | { readonly kind: 'scope'; readonly credential: string; readonly scope: string }
  /** A sign-in again to an entry that needs one. */
  | { readonly kind: 'sign-in'; readonly credential: string }
  /** Requests that need no question from then on. */
  | ({ readonly kind: 'rule' } & ProposedRule)

/** The requests of a proposed rule. `path`: a glob, as in an access rule. */
export type ProposedRule = Pick<Approval, 'credential' | 'host' | 'methods' | 'scope'> & {
  readonly path: string
}

/** A proposal that waits for the person. It allows nothing. */
export type Proposal = {
  readonly id: string
  /** Id of the client. */
  readonly client: string
  readonly what: Proposed
  /** As the client gave it, cleaned; null: it gave none. */
  readonly reason: string | null
  readonly proposedAt: Date
  readonly until: Date
}

/** A proposal that the person did not want. Until then the client does not propose it again. */
export type Dismissal = {
  readonly client: string
  /** Digest of `wishText`. */
  readonly wish: string
  readonly until: Date
}

/** What is kept of proposals. */
export type ProposalRecord = {
  readonly waiting: readonly Proposal[]
  readonly dismissed: readonly Dismissal[]
}

/** The canonical text of what a client proposes, whatever reason it gives. */
export function wishText(client: string, what: Proposed): string {
  return JSON.stringify(['latchkey proposal 1', client, ...partsOf(what)])
}

/**
 * The canonical text of a proposal. An answer names the digest of this text, so that it can not be given to
 * another proposal than the one that was shown.
 */
export function proposalText({ id, client, what, reason, proposedAt }: Proposal): string {
  return JSON.stringify([wishText(client, what), id, reason, proposedAt.toISOString()])
}

function partsOf(what: Proposed): readonly unknown[] {
  switch (what.kind) {
    case 'service':
      return [what.kind, what.service]
    case 'scope':
      return [what.kind, what.credential, what.scope]
    case 'sign-in':
      return [what.kind, what.credential]
    case 'rule':
      return [what.kind, what.credential, what.host, what.methods, what.path, what.scope]
  }
}

/** True if this approval covers everything that a rule of this client would. */
export function grants(approval: Approval, client: string, rule: ProposedRule): boolean {
  return (
    approval.client === client &&
    approval.mode === 'use' &&
    approval.duration === 'always' &&
    approval.credential === rule.credential &&
    approval.scope === rule.scope &&
    approval.host === rule.host &&
    rule.methods.every((method) => approval.methods.includes(method)) &&
    (approval.path === null || (approval.isPattern === true && approval.path === rule.path))
  )
}
