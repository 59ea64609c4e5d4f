import { describe, expect, it } from 'vitest'
import { approvalWorld, sampleWanted, Stop } from '../testing/use-world.ts'
import type { Approval } from './approval.ts'

const MINUTE = 60_000
const wanted = sampleWanted()
const post = sampleWanted({ method: 'POST' })
const ofTerminal = (path: string) => sampleWanted({ client: 'terminal', path })

const problem = (code: string): unknown => expect.objectContaining({ code })

describe('an approval for once (attack: replay, a request changed after it was shown)', () => {
  it('is consumed by exactly one request', () => {
    const { approvals, allow } = approvalWorld()
    allow(wanted, 'once')
    expect([approvals.find(wanted, null), approvals.find(wanted, null)]).toEqual(['once', null])
  })

  it('is neither listed nor written down', () => {
    const { approvals, allow, written } = approvalWorld()
    allow(wanted, 'once')
    expect([approvals.list(), written]).toEqual([[], []])
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
    expect(approvals.find({ ...wanted, ...change }, null)).toBeNull()
    expect(approvals.find(wanted, null)).toBe('once')
  })

  it('is not for another reason than the one that was shown', () => {
    const { approvals, allow } = approvalWorld()
    allow(wanted, 'once')
    expect(approvals.find(wanted, 'to delete everything')).toBeNull()
  })

  it('ends with the time of its question', async () => {
    const { approvals, allow, clock } = approvalWorld()
    allow(wanted, 'once')
    await clock.pass(5 * MINUTE)
    expect(approvals.find(wanted, null)).toBeNull()
  })

  it('lasts no longer if the clock is set back, and ends if it is set forward', async () => {
    const { approvals, allow, clock } = approvalWorld()
    allow(wanted, 'once')
    clock.jump(5 * MINUTE)
    expect(approvals.find(wanted, null)).toBeNull()
    allow(wanted, 'once')
    clock.jump(-60 * MINUTE)
    await clock.pass(5 * MINUTE)
    expect(approvals.find(wanted, null)).toBeNull()
  })

  it('ends with a lock, with its client and with its credential', () => {
    const { approvals, allow } = approvalWorld()
    const ends = [
      () => approvals.lock(),
      () => approvals.revokeClient(wanted.client),
      () => approvals.revokeCredential(wanted.credential)
    ]
    for (const end of ends) {
      allow(wanted, 'once')
      end()
      expect(approvals.find(wanted, null)).toBeNull()
    }
  })
})

describe('an answer', () => {
  it('is refused if it names the digest of another request, and the question stays', () => {
    const { approvals, ask } = approvalWorld()
    const question = ask(wanted)
    const allowed = { kind: 'allowed', duration: 'always', wholeHost: true } as const
    expect(() => approvals.answer(question.id, 'digest of another', allowed)).toThrow(
      problem('INVALID_REQUEST')
    )
    expect([approvals.questions(), approvals.list()]).toEqual([[question], []])
  })

  it('is refused for a question that was answered, was taken back or never was', () => {
    const { approvals, ask } = approvalWorld()
    const answered = ask(wanted)
    approvals.answer(answered.id, answered.digest, { kind: 'denied' })
    const withdrawn = ask(wanted)
    approvals.withdraw(withdrawn.id)
    for (const { id, digest } of [answered, withdrawn, { ...answered, id: 'id-99' }]) {
      expect(() => approvals.answer(id, digest, { kind: 'denied' })).toThrow(problem('INVALID_REQUEST'))
    }
  })

  it('reaches whoever waits for it', async () => {
    const { approvals, ask } = approvalWorld()
    const { id, digest } = ask(wanted)
    const waiting = [approvals.answerTo(id, new Stop()), approvals.answerTo(id, new Stop())]
    approvals.answer(id, digest, { kind: 'denied' })
    expect(await Promise.all(waiting)).toEqual([{ kind: 'denied' }, { kind: 'denied' }])
    expect(await approvals.answerTo(id, new Stop())).toBeNull()
  })

  it('that denies gives nothing', () => {
    const { approvals, ask } = approvalWorld()
    const { id, digest } = ask(wanted)
    approvals.answer(id, digest, { kind: 'denied' })
    expect(approvals.find(wanted, null)).toBeNull()
  })
})

describe('a remembered approval', () => {
  it('covers its own path, or the whole host', () => {
    const { approvals, allow } = approvalWorld()
    allow(wanted, 'always', false)
    expect(approvals.find({ ...wanted, path: '/v2' }, null)).toBeNull()
    allow(post, 'always')
    expect(approvals.find({ ...post, path: '/v2' }, null)).toMatchObject({ methods: ['POST'], path: null })
  })

  it('holds for ten minutes and not longer', async () => {
    const { approvals, allow, clock } = approvalWorld()
    allow(wanted, '10-minutes')
    await clock.pass(10 * MINUTE - 1)
    expect(approvals.find(wanted, null)).toMatchObject({ duration: '10-minutes' })
    await clock.pass(1)
    expect([approvals.find(wanted, null), approvals.list()]).toEqual([null, []])
  })

  it('lasts no longer if the clock is set back, and ends if it is set forward', async () => {
    const { approvals, allow, clock } = approvalWorld()
    allow(wanted, '10-minutes')
    clock.jump(-60 * MINUTE)
    await clock.pass(10 * MINUTE)
    expect([approvals.find(wanted, null), approvals.list()]).toEqual([null, []])
    allow(wanted, '10-minutes')
    clock.jump(10 * MINUTE)
    expect(approvals.find(wanted, null)).toBeNull()
  })

  it('ends with a lock unless it is for always', () => {
    const { approvals, allow } = approvalWorld()
    allow(wanted, 'until-lock')
    allow(post, 'always')
    allow({ ...wanted, method: 'PUT' }, '10-minutes')
    approvals.lock()
    expect(approvals.list()).toMatchObject([{ methods: ['POST'] }])
  })

  it('outlives the process only if it is for always', () => {
    const { allow, written } = approvalWorld()
    allow(wanted, 'until-lock')
    allow(post, 'always')
    const last = written.at(-1) ?? []
    expect(last).toMatchObject([{ methods: ['POST'], duration: 'always' }])
    const { approvals } = approvalWorld({ kept: last })
    expect([approvals.find(wanted, null), approvals.find(post, null)]).toMatchObject([
      null,
      { duration: 'always' }
    ])
  })

  it('is revoked once, and is then not in the file', () => {
    const { approvals, allow, written } = approvalWorld()
    allow(wanted, 'always')
    const [{ id } = { id: '' }] = approvals.list()
    expect([approvals.revoke(id), approvals.revoke(id)]).toEqual([true, false])
    expect([approvals.find(wanted, null), written.at(-1)]).toEqual([null, []])
  })

  it('ends with its client or its credential, and leaves those of others alone', () => {
    const { approvals, allow } = approvalWorld()
    const other = sampleWanted({ client: 'other-id', credential: '["stripe","default"]' })
    for (const each of [wanted, post, other]) allow(each, 'always')
    expect(approvals.revokeClient(wanted.client)).toBe(2)
    expect(approvals.revokeCredential(wanted.credential)).toBe(0)
    expect(approvals.list()).toMatchObject([{ client: 'other-id' }])
    expect(approvals.revokeCredential(other.credential)).toBe(1)
  })

  it('makes room, the one that was used longest ago first, when there are 500', async () => {
    const { approvals, allow, clock } = approvalWorld()
    for (let at = 0; at < 500; at += 1) allow(sampleWanted({ path: `/${String(at)}` }), 'always', false)
    await clock.pass(MINUTE)
    approvals.find(sampleWanted({ path: '/0' }), null)
    for (let at = 500; at < 999; at += 1) allow(sampleWanted({ path: `/${String(at)}` }), 'always', false)
    expect(approvals.list()).toHaveLength(500)
    expect(approvals.find(sampleWanted({ path: '/0' }), null)).not.toBeNull()
    expect(approvals.find(sampleWanted({ path: '/1' }), null)).toBeNull()
  })
})

describe('an approval (attack: a process id that is used again)', () => {
  it('is for the program that has proved itself, whatever process the system names', () => {
    const { approvals, allow } = approvalWorld()
    const peer = { uid: 1000, pid: 4242, program: '/usr/bin/claude' }
    const first = approvals.ask({ id: 'bot-id', name: 'bot' }, peer, wanted, null)
    approvals.answer(first.id, first.digest, { kind: 'allowed', duration: 'until-lock', wholeHost: true })
    // Another program with the same process id is asked for; the program itself is not, in whatever process it runs.
    const ofOther = sampleWanted({ client: 'other-id' })
    expect(approvals.find(ofOther, null)).toBeNull()
    expect(approvals.ask({ id: 'other-id', name: 'bot' }, peer, ofOther, null).client.id).toBe('other-id')
    expect(approvals.find(wanted, null)).toMatchObject({ client: 'bot-id' })
    expect(JSON.stringify(approvals.list())).not.toContain('4242')
    allow(post, 'once')
    expect(approvals.find({ ...post, client: 'other-id' }, null)).toBeNull()
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
      world.approvals.follow(each, () => ended.push(name))
    }
    world.approvals.follow(wanted, () => ended.push('over'))()
    end(world)
    return ended
  }
  const revoke =
    (given: Partial<Approval>) =>
    ({ approvals }: ReturnType<typeof approvalWorld>): void => {
      const found = approvals
        .list()
        .find((each) =>
          Object.entries(given).every(([name, value]) => each[name as keyof Approval] === value)
        )
      approvals.revoke(found?.id ?? '')
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
    expect(endedBy(({ approvals }) => approvals.lock())).toHaveLength(6)
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
    expect(approvals.find({ ...inRun, path: '/v2' }, 'another reason')).toMatchObject({ run: 'run-1' })
    expect([approvals.find(inOther, null), approvals.find(wanted, null)]).toEqual([null, null])
    expect(approvals.find({ ...inRun, client: 'other-id' }, null)).toBeNull()
    expect(written.at(-1)).toEqual([])
  })

  it('ends with its run, and with it what runs, and nothing of other runs', () => {
    const { approvals, allow } = runWorld()
    const ended: string[] = []
    allow(inRun, 'run')
    allow(inOther, 'run')
    for (const each of [inRun, inOther]) approvals.follow(each, () => ended.push(each.run ?? ''))
    approvals.endRun('run-1')
    expect([approvals.find(inRun, null), ended]).toEqual([null, ['run-1']])
    expect(approvals.find(inOther, null)).toMatchObject({ run: 'run-2' })
  })

  it('ends with a lock, and with its client', () => {
    const { approvals, allow } = runWorld()
    for (const end of [() => approvals.lock(), () => approvals.revokeClient(wanted.client)]) {
      allow(inRun, 'run')
      end()
      expect([approvals.find(inRun, null), approvals.list()]).toEqual([null, []])
    }
  })

  it('is refused to a request of no run, and of one that has ended meanwhile', () => {
    const { approvals, ask, runs } = runWorld()
    const answer = { kind: 'allowed', duration: 'run', wholeHost: false } as const
    const plain = ask(wanted)
    expect(() => approvals.answer(plain.id, plain.digest, answer)).toThrow(problem('INVALID_REQUEST'))
    approvals.withdraw(plain.id)
    const { id, digest } = ask(inRun)
    runs.delete('run-1')
    expect(() => approvals.answer(id, digest, answer)).toThrow(problem('INVALID_REQUEST'))
    expect([approvals.list(), approvals.questions().length]).toEqual([[], 1])
  })

  it('is refused to a value that would be given out', () => {
    const { approvals, ask } = runWorld()
    const { id, digest } = ask({ ...inRun, mode: 'reveal' })
    const answer = { kind: 'allowed', duration: 'run', wholeHost: false } as const
    expect(() => approvals.answer(id, digest, answer)).toThrow(problem('INVALID_REQUEST'))
  })

  it('leaves an answer for longer to every run', () => {
    const { approvals, allow } = runWorld()
    allow(inRun, '10-minutes')
    approvals.endRun('run-1')
    expect([approvals.find(inOther, null), approvals.find(wanted, null)]).toMatchObject([
      { duration: '10-minutes' },
      { duration: '10-minutes' }
    ])
  })

  it('takes its answers for once with it, and leaves its questions to an answer for longer', () => {
    const { approvals, ask, allow, runs } = runWorld()
    allow(inRun, 'once')
    const { id, digest } = ask(inRun, 'later')
    runs.delete('run-1')
    approvals.endRun('run-1')
    expect([approvals.find(inRun, null), approvals.questions().length]).toEqual([null, 1])
    approvals.answer(id, digest, { kind: 'allowed', duration: '10-minutes', wholeHost: false })
    expect(approvals.find(inOther, null)).toMatchObject({ duration: '10-minutes', run: null })
  })
})

describe('a question (attack: flooding, prompt fatigue)', () => {
  it('is one for each program; the same one is not asked twice', () => {
    const { approvals, ask, shown } = approvalWorld()
    const first = ask(wanted)
    expect(ask(wanted)).toBe(first)
    expect(() => ask(post)).toThrow(problem('APPROVAL_DENIED'))
    expect(() => ask(wanted, 'another reason')).toThrow(problem('APPROVAL_DENIED'))
    expect(ask(sampleWanted({ client: 'other-id' })).client.id).toBe('other-id')
    expect([approvals.questions().length, shown.length]).toEqual([2, 2])
  })

  it('of the person’s own terminals is one of eight', () => {
    const { ask } = approvalWorld()
    for (let at = 0; at < 8; at += 1) ask(ofTerminal(`/${String(at)}`))
    expect(() => ask(ofTerminal('/9'))).toThrow(problem('APPROVAL_DENIED'))
  })

  it('is taken back after five minutes without an answer', async () => {
    const { approvals, ask, clock, shown } = approvalWorld()
    const answer = approvals.answerTo(ask(wanted).id, new Stop())
    await clock.pass(5 * MINUTE - 1)
    expect(approvals.questions()).toHaveLength(1)
    await clock.pass(1)
    expect([await answer, approvals.questions(), shown.at(-1)]).toEqual([null, [], []])
  })

  it('that two requests wait for stays when one of them gives up, and goes with the last', async () => {
    const { approvals, ask } = approvalWorld()
    const { id } = ask(wanted)
    const [one, other] = [new Stop(), new Stop()]
    const [first, second] = [approvals.answerTo(id, one), approvals.answerTo(id, other)]
    one.abort()
    expect([await first, approvals.questions().length]).toEqual([null, 1])
    other.abort()
    expect([await second, approvals.questions().length]).toEqual([null, 0])
  })

  it('that was left to the person stays when a request that waits for it gives up', async () => {
    const { approvals, ask } = approvalWorld()
    const { id } = ask(wanted)
    approvals.leave(id)
    const stop = new Stop()
    const answer = approvals.answerTo(id, stop)
    stop.abort()
    expect([await answer, approvals.questions().length]).toEqual([null, 1])
  })

  it('is taken back at once for a request that has given up before it waits', async () => {
    const { approvals, ask } = approvalWorld()
    const stop = new Stop()
    stop.abort()
    expect(await approvals.answerTo(ask(wanted).id, stop)).toBeNull()
    expect(approvals.questions()).toEqual([])
  })

  it('is not asked for five minutes after two that nobody answered', async () => {
    const { ask, clock } = approvalWorld()
    for (let round = 0; round < 2; round += 1) {
      ask(wanted)
      await clock.pass(5 * MINUTE)
    }
    expect(() => ask(wanted)).toThrow(problem('APPROVAL_DENIED'))
    expect(ask(sampleWanted({ client: 'other-id' })).client.id).toBe('other-id')
    await clock.pass(5 * MINUTE - 1)
    expect(() => ask(wanted)).toThrow(problem('APPROVAL_DENIED'))
    await clock.pass(1)
    expect(ask(wanted).client.id).toBe('bot-id')
  })

  it('is not asked for five minutes after ten that the program took back itself', async () => {
    const { approvals, ask, clock } = approvalWorld()
    const giveUp = async (): Promise<void> => {
      const stop = new Stop()
      const answer = approvals.answerTo(ask(wanted).id, stop)
      stop.abort()
      await answer
    }
    for (let count = 0; count < 10; count += 1) await giveUp()
    expect(() => ask(wanted)).toThrow(problem('APPROVAL_DENIED'))
    expect(ask(sampleWanted({ client: 'other-id' })).client.id).toBe('other-id')
    await clock.pass(5 * MINUTE)
    const { id, digest } = ask(wanted)
    approvals.answer(id, digest, { kind: 'denied' })
    for (let count = 0; count < 9; count += 1) await giveUp()
    expect(ask(wanted).client.id).toBe('bot-id')
  })

  it('is asked again at once after one that was ignored and one that was answered', async () => {
    const { approvals, ask, clock } = approvalWorld()
    ask(wanted)
    await clock.pass(5 * MINUTE)
    const { id, digest } = ask(wanted)
    approvals.answer(id, digest, { kind: 'denied' })
    ask(wanted)
    await clock.pass(5 * MINUTE)
    expect(ask(wanted).client.id).toBe('bot-id')
  })

  it('goes with its client and with its credential, and sets no alarm any more', async () => {
    const { approvals, ask, clock } = approvalWorld()
    const ends = [
      () => approvals.revokeClient(wanted.client),
      () => approvals.revokeCredential(wanted.credential)
    ]
    for (const end of ends) {
      const answer = approvals.answerTo(ask(wanted).id, new Stop())
      end()
      expect([await answer, approvals.questions(), clock.pending]).toEqual([null, [], 0])
    }
  })

  it('shows the reason cleaned, and its digest is that of what is shown', () => {
    const { approvals, ask } = approvalWorld()
    const shown = ask(wanted, 'read\u202Eme')
    expect(shown.reason).not.toContain('\u202E')
    const allowed = { kind: 'allowed', duration: 'once', wholeHost: false } as const
    approvals.answer(shown.id, shown.digest, allowed)
    expect(approvals.find(wanted, 'read\u202Eme')).toBe('once')
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
    expect([approvals.find(wanted, null), approvals.list()]).toEqual([null, []])
  })
})
