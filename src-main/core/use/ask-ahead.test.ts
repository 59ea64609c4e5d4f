import { describe, expect, it } from 'vitest'
import { sampleGrant, sampleKey } from '../testing/samples.ts'
import { approvalWorld, bot, sampleWanted, terminal, useWorld } from '../testing/use-world.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { usableAccounts } from './usable-accounts.ts'

const once = { kind: 'allowed', duration: 'once', wholeHost: false } as const

describe('a request that is asked for before it is sent', () => {
  it('leaves a question for its time, and one for the same', async () => {
    const { ask, approvals, sent, steps, clock } = await useWorld(sampleGrant())
    const question = await ask()
    expect((await ask())?.id).toBe(question?.id)
    expect([approvals.questions.list().length, sent, steps]).toEqual([1, [], []])
    await clock.pass(300_000)
    expect(approvals.questions.stateOf(question?.id ?? '', bot.id)).toBe('over')
  })

  it('is allowed from the answer on, and asking does not use up an approval for once', async () => {
    const { ask, use, answerQuestion, sent } = await useWorld(sampleGrant())
    await ask()
    answerQuestion(once)
    expect([await ask(), await ask()]).toEqual([null, null])
    expect((await use()).kind).toBe('answer')
    expect((await ask())?.wanted).toMatchObject({ method: 'GET' })
    expect(sent).toHaveLength(1)
  })

  it('asks no question about what could not be sent', async () => {
    const { ask, approvals, state } = await useWorld(sampleGrant())
    state.left = 0
    await expect(ask()).rejects.toThrow(expect.objectContaining({ code: 'APPROVAL_DENIED' }))
    state.left = 1
    await expect(ask({ url: 'https://elsewhere.example/' })).rejects.toThrow(
      expect.objectContaining({ code: 'ORIGIN_NOT_ALLOWED' })
    )
    expect(approvals.questions.list()).toEqual([])
  })
})

describe('a client that comes back for an answer', () => {
  it('hears how its own question stands, and nothing of another one', () => {
    const { approvals, ask } = approvalWorld()
    const [allowed, denied, open] = ['/a', '/b', '/c'].map((path) => {
      const question = ask(sampleWanted({ client: 'terminal', path }))
      return { ...question, path }
    })
    approvals.questions.answer(allowed?.id ?? '', allowed?.digest ?? '', once)
    approvals.questions.answer(denied?.id ?? '', denied?.digest ?? '', { kind: 'denied' })
    const states = [allowed, denied, open].map((each) =>
      approvals.questions.stateOf(each?.id ?? '', terminal.id)
    )
    expect(states).toEqual(['allowed', 'denied', 'waits'])
    expect(
      [allowed, denied, open].map((each) => approvals.questions.stateOf(each?.id ?? '', bot.id))
    ).toEqual(['over', 'over', 'over'])
  })

  it('finds the newest two hundred answers', () => {
    const { approvals, ask } = approvalWorld()
    const ids = Array.from({ length: 201 }, () => {
      const { id, digest } = ask(sampleWanted())
      approvals.questions.answer(id, digest, { kind: 'denied' })
      return id
    })
    expect([ids[0], ids[1], ids[200]].map((id) => approvals.questions.stateOf(id ?? '', 'bot-id'))).toEqual([
      'over',
      'denied',
      'denied'
    ])
  })
})

describe('what a client may use', () => {
  const summary = {
    name: 'Sample\u202e',
    kind: 'oauth',
    status: { kind: 'valid' },
    scopes: [] as string[]
  } as const
  const rules = { hosts: ['api.example.net'], localHosts: [], readOnly: true, rules: [], clientRules: [] }

  it('is listed by service and account, cleaned, without what the policy keeps from it', async () => {
    const repository = new MemoryRepository()
    await repository.save(sampleKey())
    await repository.save(sampleGrant())
    const all = await usableAccounts(
      {
        repository,
        rulesFor: async ({ ref }) => (ref.service === 'sso.example.net' ? rules : null),
        summaryOf: () => summary
      },
      bot
    )
    expect(all).toEqual([
      {
        service: 'sso.example.net',
        account: 'alice',
        name: 'Sample�',
        kind: 'oauth',
        status: { kind: 'valid' },
        scopes: [],
        hosts: ['api.example.net'],
        readOnly: true
      }
    ])
  })
})
