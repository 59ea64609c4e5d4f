import { describe, expect, it } from 'vitest'
import { approvalWorld, sampleWanted, Stop } from '../testing/use-world.ts'

const MINUTE = 60_000
const wanted = sampleWanted()
const post = sampleWanted({ method: 'POST' })
const ofTerminal = (path: string) => sampleWanted({ client: 'terminal', path })

const problem = (code: string): unknown => expect.objectContaining({ code })

describe('an answer', () => {
  it('is refused if it names the digest of another request, and the question stays', () => {
    const { approvals, ask } = approvalWorld()
    const question = ask(wanted)
    const allowed = { kind: 'allowed', duration: 'always', wholeHost: true } as const
    expect(() => approvals.questions.answer(question.id, 'digest of another', allowed)).toThrow(
      problem('INVALID_REQUEST')
    )
    expect([approvals.questions.list(), approvals.given.list()]).toEqual([[question], []])
  })

  it('is refused for a question that was answered, was taken back or never was', () => {
    const { approvals, ask } = approvalWorld()
    const answered = ask(wanted)
    approvals.questions.answer(answered.id, answered.digest, { kind: 'denied' })
    const withdrawn = ask(wanted)
    approvals.questions.withdraw(withdrawn.id)
    for (const { id, digest } of [answered, withdrawn, { ...answered, id: 'id-99' }]) {
      expect(() => approvals.questions.answer(id, digest, { kind: 'denied' })).toThrow(
        problem('INVALID_REQUEST')
      )
    }
  })

  it('reaches whoever waits for it', async () => {
    const { approvals, ask } = approvalWorld()
    const { id, digest } = ask(wanted)
    const waiting = [
      approvals.questions.answerTo(id, new Stop()),
      approvals.questions.answerTo(id, new Stop())
    ]
    approvals.questions.answer(id, digest, { kind: 'denied' })
    expect(await Promise.all(waiting)).toEqual([{ kind: 'denied' }, { kind: 'denied' }])
    expect(await approvals.questions.answerTo(id, new Stop())).toBeNull()
  })

  it('that denies gives nothing', () => {
    const { approvals, ask } = approvalWorld()
    const { id, digest } = ask(wanted)
    approvals.questions.answer(id, digest, { kind: 'denied' })
    expect(approvals.given.find(wanted, null)).toBeNull()
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
    expect([approvals.questions.list().length, shown.length]).toEqual([2, 2])
  })

  it('of the person’s own terminals is one of eight', () => {
    const { ask } = approvalWorld()
    for (let at = 0; at < 8; at += 1) ask(ofTerminal(`/${String(at)}`))
    expect(() => ask(ofTerminal('/9'))).toThrow(problem('APPROVAL_DENIED'))
  })

  it('is taken back after five minutes without an answer', async () => {
    const { approvals, ask, clock, shown } = approvalWorld()
    const answer = approvals.questions.answerTo(ask(wanted).id, new Stop())
    await clock.pass(5 * MINUTE - 1)
    expect(approvals.questions.list()).toHaveLength(1)
    await clock.pass(1)
    expect([await answer, approvals.questions.list(), shown.at(-1)]).toEqual([null, [], []])
  })

  it('that two requests wait for stays when one of them gives up, and goes with the last', async () => {
    const { approvals, ask } = approvalWorld()
    const { id } = ask(wanted)
    const [one, other] = [new Stop(), new Stop()]
    const [first, second] = [approvals.questions.answerTo(id, one), approvals.questions.answerTo(id, other)]
    one.abort()
    expect([await first, approvals.questions.list().length]).toEqual([null, 1])
    other.abort()
    expect([await second, approvals.questions.list().length]).toEqual([null, 0])
  })

  it('that was left to the person stays when a request that waits for it gives up', async () => {
    const { approvals, ask } = approvalWorld()
    const { id } = ask(wanted)
    approvals.questions.leave(id)
    const stop = new Stop()
    const answer = approvals.questions.answerTo(id, stop)
    stop.abort()
    expect([await answer, approvals.questions.list().length]).toEqual([null, 1])
  })

  it('is taken back at once for a request that has given up before it waits', async () => {
    const { approvals, ask } = approvalWorld()
    const stop = new Stop()
    stop.abort()
    expect(await approvals.questions.answerTo(ask(wanted).id, stop)).toBeNull()
    expect(approvals.questions.list()).toEqual([])
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
      const answer = approvals.questions.answerTo(ask(wanted).id, stop)
      stop.abort()
      await answer
    }
    for (let count = 0; count < 10; count += 1) await giveUp()
    expect(() => ask(wanted)).toThrow(problem('APPROVAL_DENIED'))
    expect(ask(sampleWanted({ client: 'other-id' })).client.id).toBe('other-id')
    await clock.pass(5 * MINUTE)
    const { id, digest } = ask(wanted)
    approvals.questions.answer(id, digest, { kind: 'denied' })
    for (let count = 0; count < 9; count += 1) await giveUp()
    expect(ask(wanted).client.id).toBe('bot-id')
  })

  it('is asked again at once after one that was ignored and one that was answered', async () => {
    const { approvals, ask, clock } = approvalWorld()
    ask(wanted)
    await clock.pass(5 * MINUTE)
    const { id, digest } = ask(wanted)
    approvals.questions.answer(id, digest, { kind: 'denied' })
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
      const answer = approvals.questions.answerTo(ask(wanted).id, new Stop())
      end()
      expect([await answer, approvals.questions.list(), clock.pending]).toEqual([null, [], 0])
    }
  })

  it('shows the reason cleaned, and its digest is that of what is shown', () => {
    const { approvals, ask } = approvalWorld()
    const shown = ask(wanted, 'read\u202Eme')
    expect(shown.reason).not.toContain('\u202E')
    const allowed = { kind: 'allowed', duration: 'once', wholeHost: false } as const
    approvals.questions.answer(shown.id, shown.digest, allowed)
    expect(approvals.given.find(wanted, 'read\u202Eme')).toBe('once')
  })
})
