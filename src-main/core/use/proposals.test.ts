import { describe, expect, it } from 'vitest'
import { proposalWorld, sampleRule } from '../testing/proposal-world.ts'
import type { Proposed } from './proposal.ts'

const HOUR = 3_600_000
const rule = sampleRule()
const service: Proposed = { kind: 'service', service: 'github' }
const scope: Proposed = { kind: 'scope', credential: '["github","ana"]', scope: 'repo' }

const problem = (code: string): unknown => expect.objectContaining({ code })
const ofPath = (path: number): Proposed => sampleRule({ path: `/${String(path)}` })

describe('a proposal', () => {
  it('waits, the oldest first, and outlives the process', () => {
    const { proposals, add, written } = proposalWorld()
    const all = [add(service), add(scope), add(rule, 'other-id')]
    expect(proposals.list()).toEqual(all)
    const kept = written.at(-1) ?? { waiting: [], dismissed: [] }
    expect(proposalWorld({ kept }).proposals.list()).toEqual(all)
  })

  it('is one, however often it is made, and stays as it was shown first', () => {
    const { proposals, add, written } = proposalWorld()
    const first = add(rule, 'bot-id', 'nightly run')
    expect(add(rule, 'bot-id', 'another reason')).toBe(first)
    expect(add(rule, 'other-id')).not.toBe(first)
    expect([proposals.list().length, written.length]).toEqual([2, 2])
  })

  it('is none if it is there already, and waits no more once it is', () => {
    const { proposals, add, there } = proposalWorld()
    const { id } = add(service)
    there.add('service')
    expect([proposals.add('bot-id', service, null), proposals.list()]).toEqual([null, []])
    expect(() => proposals.find(id, '')).toThrow(problem('INVALID_REQUEST'))
  })

  it('ends after a day by the clock, and can not be answered any more', () => {
    const { proposals, add, clock } = proposalWorld()
    const proposal = add(rule)
    const digest = proposals.digestOf(proposal)
    clock.jump(24 * HOUR - 1)
    expect(proposals.find(proposal.id, digest)).toEqual(proposal)
    clock.jump(1)
    expect(proposals.list()).toEqual([])
    expect(() => proposals.find(proposal.id, digest)).toThrow(problem('INVALID_REQUEST'))
  })

  it('goes with its client and with its credential', () => {
    const { proposals, add } = proposalWorld()
    add(rule)
    add(scope)
    add(service, 'other-id')
    proposals.removeCredential('["github","ana"]')
    expect(proposals.list()).toMatchObject([{ what: rule }, { what: service }])
    proposals.removeClient('bot-id')
    expect(proposals.list()).toMatchObject([{ what: service }])
  })
})

describe('an answer to a proposal (attack: a proposal changed after it was shown)', () => {
  it('is refused if it names the digest of another proposal, and the proposal stays', () => {
    const { proposals, add } = proposalWorld()
    const shown = add(ofPath(1))
    const other = add(ofPath(2))
    expect(() => proposals.find(shown.id, proposals.digestOf(other))).toThrow(problem('INVALID_REQUEST'))
    expect(proposals.list()).toEqual([shown, other])
  })

  it.each([
    ['another path', { what: sampleRule({ path: '/**' }) }],
    ['another method', { what: sampleRule({ methods: ['DELETE'] }) }],
    ['another host', { what: sampleRule({ host: 'evil.example.net:443' }) }],
    ['another scope', { what: sampleRule({ scope: 'admin' }) }],
    ['another credential', { what: sampleRule({ credential: '["stripe","default"]' }) }],
    ['another client', { client: 'other-id' }],
    ['another reason', { reason: 'to delete everything' }]
  ])('is for no record that was changed to %s on the disk', (_name, change) => {
    const { proposals, add, written } = proposalWorld()
    const shown = add(rule, 'bot-id', 'nightly run')
    const digest = proposals.digestOf(shown)
    const { waiting = [], dismissed = [] } = written.at(-1) ?? {}
    const kept = { waiting: waiting.map((each) => ({ ...each, ...change })), dismissed }
    const next = proposalWorld({ kept })
    expect(next.proposals.list()).toHaveLength(1)
    expect(() => next.proposals.find(shown.id, digest)).toThrow(problem('INVALID_REQUEST'))
  })

  it('is remembered for ten minutes, in which the person carries out what they accepted', () => {
    const { proposals, add, clock } = proposalWorld()
    proposals.accept(add(scope))
    const was = (what: Proposed, client = 'bot-id'): boolean => proposals.wasAccepted(client, what)
    expect([was(scope), was(scope, 'other-id'), was(service)]).toEqual([true, false, false])
    clock.jump(600_000)
    expect([was(scope), proposals.list()]).toEqual([false, []])
  })

  it('is taken once', () => {
    const { proposals, add } = proposalWorld()
    const proposal = add(rule)
    const digest = proposals.digestOf(proposal)
    proposals.remove(proposal.id)
    expect(() => proposals.find(proposal.id, digest)).toThrow(problem('INVALID_REQUEST'))
  })
})

describe('proposals of one client and of many (attack: flooding, fatigue)', () => {
  it('are at most three that wait', () => {
    const { proposals, add } = proposalWorld()
    for (let at = 0; at < 3; at += 1) add(ofPath(at))
    expect(() => add(ofPath(3))).toThrow(problem('APPROVAL_DENIED'))
    expect(add(ofPath(0)).id).toBe('id-1')
    proposals.remove('id-1')
    expect(add(ofPath(3)).what).toEqual(ofPath(3))
  })

  it('are at most twenty that wait', () => {
    const { proposals, add, clock } = proposalWorld()
    for (let at = 0; at < 20; at += 1) add(ofPath(at), `bot-${String(at % 10)}`)
    expect(() => add(rule, 'late')).toThrow(problem('APPROVAL_DENIED'))
    expect(proposals.list()).toHaveLength(20)
    clock.jump(24 * HOUR)
    expect(add(rule, 'late').client).toBe('late')
  })

  it('are not taken again for a day after the person dismissed the same', () => {
    const { proposals, add, clock } = proposalWorld()
    proposals.dismiss(add(rule))
    expect(() => add(rule, 'bot-id', 'but I need it')).toThrow(problem('APPROVAL_DENIED'))
    expect(add(rule, 'other-id').client).toBe('other-id')
    clock.jump(24 * HOUR)
    expect(add(rule).what).toEqual(rule)
  })

  it('are not taken for a day after the person dismissed two of the client, also by another process', () => {
    const { proposals, add, clock, written } = proposalWorld()
    proposals.dismiss(add(ofPath(1)))
    proposals.dismiss(add(ofPath(2)))
    expect(() => add(rule)).toThrow(problem('APPROVAL_DENIED'))
    expect(add(rule, 'other-id').client).toBe('other-id')
    const kept = written.at(-1) ?? { waiting: [], dismissed: [] }
    const next = proposalWorld({ kept, clock })
    expect(() => next.add(rule)).toThrow(problem('APPROVAL_DENIED'))
    clock.jump(24 * HOUR)
    expect(next.add(rule).what).toEqual(rule)
  })

  it('leave no more in the record than what waits and what was dismissed within a day', () => {
    const { proposals, add, clock, written } = proposalWorld()
    for (let day = 0; day < 5; day += 1) {
      proposals.dismiss(add(ofPath(day)))
      add(rule)
      clock.jump(24 * HOUR)
    }
    proposals.dismiss(add(service))
    expect(written.at(-1)).toMatchObject({ waiting: [], dismissed: [{ client: 'bot-id' }] })
  })
})

describe('the texts of a proposal (attack: control characters, a reason without an end)', () => {
  it('shows the reason cleaned and cut', () => {
    const { add } = proposalWorld()
    expect(add(ofPath(1), 'bot-id', ' read\u202Eme\nnow\u0007 ').reason).toBe('read�me�now�')
    expect(add(ofPath(2), 'bot-id', 'x'.repeat(1000)).reason).toHaveLength(200)
    expect(add(ofPath(3), 'bot-id', '\u200B\u2060').reason).toBe('��')
    expect(add(rule, 'other-id', `${'x'.repeat(199)}🚀`).reason).toBe(`${'x'.repeat(199)}�`)
  })
})
