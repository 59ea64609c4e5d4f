import { describe, expect, it } from 'vitest'
import { approvalWorld, sampleWanted } from '../testing/use-world.ts'
import type { Approval } from './approval.ts'

const MINUTE = 60_000
const wanted = sampleWanted()
const post = sampleWanted({ method: 'POST' })

const problem = (code: string): unknown => expect.objectContaining({ code })

describe('an approval for once (attack: replay, a request changed after it was shown)', () => {
  it('is consumed by exactly one request', () => {
    const { approvals, allow } = approvalWorld()
    allow(wanted, 'once')
    expect([approvals.given.find(wanted, null), approvals.given.find(wanted, null)]).toEqual(['once', null])
  })

  it('is neither listed nor written down', () => {
    const { approvals, allow, written } = approvalWorld()
    allow(wanted, 'once')
    expect([approvals.given.list(), written]).toEqual([[], []])
  })

  it.each([
    ['another path', { path: '/v1/secrets' }],
    ['another method', { method: 'HEAD' }],
    ['another host', { host: 'evil.example.net:443' }],
    ['another scope', { scope: 'admin' }],
    ['another client', { client: 'other-id' }],
    ['another run', { run: 'run-1' }]
  ])('is not for a request that was changed to %s after it was shown', (_name, change) => {
    const { approvals, allow } = approvalWorld()
    allow(wanted, 'once')
    expect(approvals.given.find({ ...wanted, ...change }, null)).toBeNull()
    expect(approvals.given.find(wanted, null)).toBe('once')
  })

  it('is not for another reason than the one that was shown', () => {
    const { approvals, allow } = approvalWorld()
    allow(wanted, 'once')
    expect(approvals.given.find(wanted, 'to delete everything')).toBeNull()
  })

  it('ends with the time of its question', async () => {
    const { approvals, allow, clock } = approvalWorld()
    allow(wanted, 'once')
    await clock.pass(5 * MINUTE)
    expect(approvals.given.find(wanted, null)).toBeNull()
  })

  it('lasts no longer if the clock is set back, and ends if it is set forward', async () => {
    const { approvals, allow, clock } = approvalWorld()
    allow(wanted, 'once')
    clock.jump(5 * MINUTE)
    expect(approvals.given.find(wanted, null)).toBeNull()
    allow(wanted, 'once')
    clock.jump(-60 * MINUTE)
    await clock.pass(5 * MINUTE)
    expect(approvals.given.find(wanted, null)).toBeNull()
  })

  it('ends with a lock, with its client and with its credential', () => {
    const { approvals, allow } = approvalWorld()
    const ends = [
      () => approvals.given.lock(),
      () => approvals.revokeClient(wanted.client),
      () => approvals.revokeCredential(wanted.credential)
    ]
    for (const end of ends) {
      allow(wanted, 'once')
      end()
      expect(approvals.given.find(wanted, null)).toBeNull()
    }
  })
})

describe('a remembered approval', () => {
  it('covers its own path, or the whole host', () => {
    const { approvals, allow } = approvalWorld()
    allow(wanted, 'always', false)
    expect(approvals.given.find({ ...wanted, path: '/v2' }, null)).toBeNull()
    allow(post, 'always')
    expect(approvals.given.find({ ...post, path: '/v2' }, null)).toMatchObject({
      methods: ['POST'],
      path: null
    })
  })

  it('holds for ten minutes and not longer', async () => {
    const { approvals, allow, clock } = approvalWorld()
    allow(wanted, '10-minutes')
    await clock.pass(10 * MINUTE - 1)
    expect(approvals.given.find(wanted, null)).toMatchObject({ duration: '10-minutes' })
    await clock.pass(1)
    expect([approvals.given.find(wanted, null), approvals.given.list()]).toEqual([null, []])
  })

  it('lasts no longer if the clock is set back, and ends if it is set forward', async () => {
    const { approvals, allow, clock } = approvalWorld()
    allow(wanted, '10-minutes')
    clock.jump(-60 * MINUTE)
    await clock.pass(10 * MINUTE)
    expect([approvals.given.find(wanted, null), approvals.given.list()]).toEqual([null, []])
    allow(wanted, '10-minutes')
    clock.jump(10 * MINUTE)
    expect(approvals.given.find(wanted, null)).toBeNull()
  })

  it('ends with a lock unless it is for always', () => {
    const { approvals, allow } = approvalWorld()
    allow(wanted, 'until-lock')
    allow(post, 'always')
    allow({ ...wanted, method: 'PUT' }, '10-minutes')
    approvals.given.lock()
    expect(approvals.given.list()).toMatchObject([{ methods: ['POST'] }])
  })

  it('outlives the process only if it is for always', () => {
    const { allow, written } = approvalWorld()
    allow(wanted, 'until-lock')
    allow(post, 'always')
    const last = written.at(-1) ?? []
    expect(last).toMatchObject([{ methods: ['POST'], duration: 'always' }])
    const { approvals } = approvalWorld({ kept: last })
    expect([approvals.given.find(wanted, null), approvals.given.find(post, null)]).toMatchObject([
      null,
      { duration: 'always' }
    ])
  })

  it('is revoked once, and is then not in the file', () => {
    const { approvals, allow, written } = approvalWorld()
    allow(wanted, 'always')
    const [{ id } = { id: '' }] = approvals.given.list()
    expect([approvals.given.revoke(id), approvals.given.revoke(id)]).toEqual([true, false])
    expect([approvals.given.find(wanted, null), written.at(-1)]).toEqual([null, []])
  })

  it('ends with its client or its credential, and leaves those of others alone', () => {
    const { approvals, allow } = approvalWorld()
    const other = sampleWanted({ client: 'other-id', credential: '["stripe","default"]' })
    for (const each of [wanted, post, other]) allow(each, 'always')
    expect(approvals.revokeClient(wanted.client)).toBe(2)
    expect(approvals.revokeCredential(wanted.credential)).toBe(0)
    expect(approvals.given.list()).toMatchObject([{ client: 'other-id' }])
    expect(approvals.revokeCredential(other.credential)).toBe(1)
  })

  it('makes room, the one that was used longest ago first, when there are 500', async () => {
    const { approvals, allow, clock } = approvalWorld()
    for (let at = 0; at < 500; at += 1) allow(sampleWanted({ path: `/${String(at)}` }), 'always', false)
    await clock.pass(MINUTE)
    approvals.given.find(sampleWanted({ path: '/0' }), null)
    for (let at = 500; at < 999; at += 1) allow(sampleWanted({ path: `/${String(at)}` }), 'always', false)
    expect(approvals.given.list()).toHaveLength(500)
    expect(approvals.given.find(sampleWanted({ path: '/0' }), null)).not.toBeNull()
    expect(approvals.given.find(sampleWanted({ path: '/1' }), null)).toBeNull()
  })
})

describe('an approval (attack: a process id that is used again)', () => {
  it('is for the program that has proved itself, whatever process the system names', () => {
    const { approvals, allow } = approvalWorld()
    const peer = { uid: 1000, pid: 4242, program: '/usr/bin/claude' }
    const first = approvals.questions.ask({ id: 'bot-id', name: 'bot' }, peer, wanted, null)
    approvals.questions.answer(first.id, first.digest, {
      kind: 'allowed',
      duration: 'until-lock',
      wholeHost: true
    })
    // Another program with the same process id is asked for; the program itself is not, in whatever process it runs.
    const ofOther = sampleWanted({ client: 'other-id' })
    expect(approvals.given.find(ofOther, null)).toBeNull()
    expect(approvals.questions.ask({ id: 'other-id', name: 'bot' }, peer, ofOther, null).client.id).toBe(
      'other-id'
    )
    expect(approvals.given.find(wanted, null)).toMatchObject({ client: 'bot-id' })
    expect(JSON.stringify(approvals.given.list())).not.toContain('4242')
    allow(post, 'once')
    expect(approvals.given.find({ ...post, client: 'other-id' }, null)).toBeNull()
  })
})

describe('what runs with an approval', () => {
  const file = sampleWanted({ path: '/v1/file' })
  const relay = sampleWanted({ mode: 'relay', method: 'ANY', path: '/**' })
  const ofOther = sampleWanted({ client: 'other-id' })
  const stripe = sampleWanted({ credential: '["stripe","default"]' })

  /** Which of these end by what `end` does. */
  function endedBy(end: (world: ReturnType<typeof approvalWorld>) => void): string[] {
    const world = approvalWorld()
    const all = { wanted, file, post, relay, ofOther, stripe }
    const ended: string[] = []
    for (const [name, each] of Object.entries(all)) {
      world.allow(each, 'always', false)
      world.approvals.given.follow(each, () => ended.push(name))
    }
    world.approvals.given.follow(wanted, () => ended.push('over'))()
    end(world)
    return ended
  }
  const revoke =
    (given: Partial<Approval>) =>
    ({ approvals }: ReturnType<typeof approvalWorld>): void => {
      const found = approvals.given
        .list()
        .find((each) =>
          Object.entries(given).every(([name, value]) => each[name as keyof Approval] === value)
        )
      approvals.given.revoke(found?.id ?? '')
    }

  it('ends with its own approval, and so does nothing of another program, path or method', () => {
    const own = { client: 'bot-id', credential: wanted.credential }
    expect(endedBy(revoke({ ...own, path: wanted.path, mode: 'use' }))).toEqual(['wanted'])
  })

  it('ends for a relay with the approval of the relay', () => {
    expect(endedBy(revoke({ mode: 'relay' }))).toEqual(['relay'])
  })

  it('ends with its client and with its credential', () => {
    expect(endedBy(({ approvals }) => void approvals.revokeClient('other-id'))).toEqual(['ofOther'])
    expect(endedBy(({ approvals }) => void approvals.revokeCredential(stripe.credential))).toEqual(['stripe'])
  })

  it('ends with a lock, also if the approval is for always', () => {
    expect(endedBy(({ approvals }) => approvals.given.lock())).toHaveLength(6)
  })
})

describe('an approval for a run (attack: a process, a terminal or a parent that is taken for it)', () => {
  const inRun = sampleWanted({ run: 'run-1' })
  const inOther = sampleWanted({ run: 'run-2' })

  function runWorld() {
    const world = approvalWorld()
    for (const run of ['run-1', 'run-2']) world.runs.add(run)
    return world
  }

  it('covers every request of its run, and none of another run of the same client or of no run', () => {
    const { approvals, allow, written } = runWorld()
    allow(inRun, 'run')
    expect(approvals.given.find({ ...inRun, path: '/v2' }, 'another reason')).toMatchObject({ run: 'run-1' })
    expect([approvals.given.find(inOther, null), approvals.given.find(wanted, null)]).toEqual([null, null])
    expect(approvals.given.find({ ...inRun, client: 'other-id' }, null)).toBeNull()
    expect(written.at(-1)).toEqual([])
  })

  it('ends with its run, and with it what runs, and nothing of other runs', () => {
    const { approvals, allow } = runWorld()
    const ended: string[] = []
    allow(inRun, 'run')
    allow(inOther, 'run')
    for (const each of [inRun, inOther]) approvals.given.follow(each, () => ended.push(each.run ?? ''))
    approvals.given.endRun('run-1')
    expect([approvals.given.find(inRun, null), ended]).toEqual([null, ['run-1']])
    expect(approvals.given.find(inOther, null)).toMatchObject({ run: 'run-2' })
  })

  it('ends with a lock, and with its client', () => {
    const { approvals, allow } = runWorld()
    for (const end of [() => approvals.given.lock(), () => approvals.revokeClient(wanted.client)]) {
      allow(inRun, 'run')
      end()
      expect([approvals.given.find(inRun, null), approvals.given.list()]).toEqual([null, []])
    }
  })

  it('is refused to a request of no run, and of one that has ended meanwhile', () => {
    const { approvals, ask, runs } = runWorld()
    const answer = { kind: 'allowed', duration: 'run', wholeHost: false } as const
    const plain = ask(wanted)
    expect(() => approvals.questions.answer(plain.id, plain.digest, answer)).toThrow(
      problem('INVALID_REQUEST')
    )
    approvals.questions.withdraw(plain.id)
    const { id, digest } = ask(inRun)
    runs.delete('run-1')
    expect(() => approvals.questions.answer(id, digest, answer)).toThrow(problem('INVALID_REQUEST'))
    expect([approvals.given.list(), approvals.questions.list().length]).toEqual([[], 1])
  })

  it('is refused to a value that would be given out', () => {
    const { approvals, ask } = runWorld()
    const { id, digest } = ask({ ...inRun, mode: 'reveal' })
    const answer = { kind: 'allowed', duration: 'run', wholeHost: false } as const
    expect(() => approvals.questions.answer(id, digest, answer)).toThrow(problem('INVALID_REQUEST'))
  })

  it('leaves an answer for longer to every run', () => {
    const { approvals, allow } = runWorld()
    allow(inRun, '10-minutes')
    approvals.given.endRun('run-1')
    expect([approvals.given.find(inOther, null), approvals.given.find(wanted, null)]).toMatchObject([
      { duration: '10-minutes' },
      { duration: '10-minutes' }
    ])
  })

  it('takes its answers for once with it, and leaves its questions to an answer for longer', () => {
    const { approvals, ask, allow, runs } = runWorld()
    allow(inRun, 'once')
    const { id, digest } = ask(inRun, 'later')
    runs.delete('run-1')
    approvals.given.endRun('run-1')
    expect([approvals.given.find(inRun, null), approvals.questions.list().length]).toEqual([null, 1])
    approvals.questions.answer(id, digest, { kind: 'allowed', duration: '10-minutes', wholeHost: false })
    expect(approvals.given.find(inOther, null)).toMatchObject({ duration: '10-minutes', run: null })
  })
})

describe('an approval of the file', () => {
  it('that has ended by the clock is neither found nor listed', () => {
    const { method: _method, ...rest } = wanted
    const ended: Approval = {
      ...rest,
      id: 'id-9',
      methods: ['GET'],
      duration: '10-minutes',
      givenAt: new Date(0),
      until: new Date(1),
      lastUsedAt: null
    }
    const { approvals } = approvalWorld({ kept: [ended] })
    expect([approvals.given.find(wanted, null), approvals.given.list()]).toEqual([null, []])
  })
})
