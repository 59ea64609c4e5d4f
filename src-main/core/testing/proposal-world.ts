import type { Proposal, ProposalRecord, Proposed } from '../use/proposal.ts'
import { Proposals } from '../use/proposals.ts'
import { FakeClock } from './fake-clock.ts'

const nothing: ProposalRecord = { waiting: [], dismissed: [] }

/** A rule that the tests propose. */
export function sampleRule(change: Partial<Extract<Proposed, { kind: 'rule' }>> = {}): Proposed {
  const credential = '["sso.example.net","alice"]'
  const reach = { host: 'api.example.net:443', methods: ['GET'], path: '/v1/**', scope: null }
  return { kind: 'rule', credential, ...reach, ...change }
}

/** Proposals over a fake clock, with what they wrote. `kept`: what an earlier process wrote. */
export function proposalWorld({ kept = nothing, clock = new FakeClock() } = {}) {
  const written: ProposalRecord[] = []
  const there = new Set<Proposed['kind']>()
  let ids = 0
  const proposals = new Proposals({
    clock,
    newId: () => `id-${String((ids += 1))}`,
    digest: (text) => `digest of ${text}`,
    read: () => kept,
    write: (record) => written.push(record),
    isThere: ({ what }) => there.has(what.kind)
  })
  /** Proposes something; throws if it is there already. */
  const add = (what: Proposed, client = 'bot-id', reason: string | null = null): Proposal => {
    const added = proposals.add(client, what, reason)
    if (added === null) throw new Error('It is there already.')
    return added.proposal
  }
  return { proposals, clock, written, there, add }
}
