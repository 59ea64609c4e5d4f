import { describe, expect, it } from 'vitest'
import { settle } from '../testing/fake-clock.ts'
import { sampleGrant } from '../testing/samples.ts'
import { bot, Stop, terminal, useWorld } from '../testing/use-world.ts'
import { allowedWorld, once } from '../testing/allowed-world.ts'
import type { Use } from './use-service.ts'

const problem = (code: string): unknown => expect.objectContaining({ code })

describe('the approval of a use', () => {
  it('for once goes to exactly one of two requests at the same time; the other is asked again', async () => {
    const { use, answerQuestion, approvals, sent } = await useWorld(sampleGrant())
    const asked = await Promise.all([use({}, terminal), use({}, terminal)])
    expect(asked.map(({ kind }) => kind)).toEqual(['question', 'question'])
    expect(approvals.questions.list()).toHaveLength(1)
    answerQuestion(once)
    const outcomes = await Promise.all([use({}, terminal), use({}, terminal)])
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['answer', 'question'])
    expect([sent.length, approvals.questions.list().length]).toEqual([1, 1])
  })

  it('for once goes to one request only, also where two wait for the window', async () => {
    const { use, state, answerQuestion, sent } = await useWorld(sampleGrant())
    state.asksInWindow = true
    const waiting = [use({ waits: true }), use({ waits: true })]
    for (const each of waiting) each.catch(() => undefined)
    await settle()
    answerQuestion(once)
    await settle()
    expect(sent).toHaveLength(1)
  })

  it('is not there for a request that was changed after it was shown', async () => {
    const { use, answerQuestion, sent } = await useWorld(sampleGrant())
    const { kind } = await use({}, terminal)
    answerQuestion(once)
    const changed: Partial<Use>[] = [
      { url: 'https://api.example.net/v1/secrets' },
      { method: 'DELETE' },
      { scope: 'admin' },
      { reason: 'another' }
    ]
    for (const change of changed) expect((await use(change, terminal)).kind).toBe('question')
    expect([kind, sent]).toEqual(['question', []])
  })

  it('is asked for before anything is written or fetched, and the answer lets the request go', async () => {
    const { use, state, steps, answerQuestion } = await useWorld(sampleGrant())
    state.asksInWindow = true
    const waiting = use({ waits: true })
    await settle()
    expect(steps).toEqual(['question'])
    answerQuestion({ kind: 'allowed', duration: 'until-lock', wholeHost: true })
    await waiting
    expect(steps).toEqual(['question', 'row intent', 'token', 'send'])
  })

  it('that a person denies leaves a row and sends nothing', async () => {
    const { use, state, steps, rows, answerQuestion } = await useWorld(sampleGrant())
    state.asksInWindow = true
    const refused = expect(use({ waits: true })).rejects.toThrow(problem('APPROVAL_DENIED'))
    await settle()
    answerQuestion({ kind: 'denied' })
    await refused
    expect([steps, rows[0]?.code]).toEqual([['question', 'row refused'], 'denied-by-person'])
  })

  it('is asked for no longer once the client has given up, or after five minutes', async () => {
    const { use, state, stop, rows, approvals, clock } = await useWorld(sampleGrant())
    state.asksInWindow = true
    const late = expect(use({ waits: true })).rejects.toThrow(problem('APPROVAL_DENIED'))
    await clock.pass(300_000)
    await late
    const gone = expect(use({ waits: true })).rejects.toThrow(problem('APPROVAL_DENIED'))
    await settle()
    stop.abort()
    await gone
    expect(approvals.questions.list()).toEqual([])
    expect(rows.map(({ code }) => code)).toEqual(['not-answered', 'not-answered'])
  })

  it('still reaches a request whose question another one shares, after that one has given up', async () => {
    const { use, state, approvals, answerQuestion, sent } = await useWorld(sampleGrant())
    state.asksInWindow = true
    const stop = new Stop()
    const gone = expect(use({ waits: true }, bot, stop)).rejects.toThrow(problem('APPROVAL_DENIED'))
    const waiting = use({ waits: true })
    await settle()
    stop.abort()
    await gone
    expect(approvals.questions.list()).toHaveLength(1)
    answerQuestion(once)
    expect((await waiting).kind).toBe('answer')
    expect(sent).toHaveLength(1)
  })

  it('is not asked for while another question of the program waits, which leaves a row', async () => {
    const { use, rows, approvals } = await useWorld(sampleGrant())
    await use()
    await expect(use({ method: 'POST' })).rejects.toThrow(problem('APPROVAL_DENIED'))
    expect([rows.map(({ code }) => code), approvals.questions.list().length]).toEqual([['not-asked'], 1])
  })

  it('ends with a lock: the next request is asked for again', async () => {
    const { use, approvals } = await allowedWorld()
    expect((await use()).kind).toBe('answer')
    approvals.given.lock()
    expect((await use()).kind).toBe('question')
  })
})
