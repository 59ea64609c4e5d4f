import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { settle } from '../testing/fake-clock.ts'
import { sampleGrant } from '../testing/samples.ts'
import { sampleWanted, useWorld } from '../testing/use-world.ts'
import { allowedWorld, once } from '../testing/allowed-world.ts'
import type { Use } from './use-service.ts'

const problem = (code: string): unknown => expect.objectContaining({ code })

describe('a use that is refused (threat: prompt injection, a confused deputy)', () => {
  const refusals: Readonly<Record<string, [Partial<Use>, string]>> = {
    host: [{ url: 'https://evil.example.org/v1/items' }, 'ORIGIN_NOT_ALLOWED'],
    method: [{ method: 'TRACE' }, 'ORIGIN_NOT_ALLOWED']
  }

  it.each(Object.entries(refusals))('leaves a row with the reason: %s', async (because, [change, code]) => {
    const { use, steps, rows } = await allowedWorld()
    await expect(use(change)).rejects.toThrow(problem(code))
    expect(steps).toEqual(['row refused'])
    expect(rows[0]).toMatchObject({ kind: 'refused', code: because, of: null })
  })

  it('leaves a row where the policy gives the program no access', async () => {
    const { use, state, steps, rows } = await allowedWorld()
    state.rules = null
    await expect(use()).rejects.toThrow(problem('APPROVAL_DENIED'))
    expect([steps, rows[0]?.code]).toEqual([['row refused'], 'policy'])
  })

  it('leaves a row where a rule denies it, or only reading is allowed', async () => {
    const { use, state, rows } = await allowedWorld()
    const rule = { effect: 'deny', hosts: [], methods: 'any', path: '/v1/**' } as const
    state.rules = {
      hosts: ['api.example.net'],
      localHosts: [],
      readOnly: true,
      rules: [rule],
      clientRules: []
    }
    await expect(use()).rejects.toThrow(problem('ORIGIN_NOT_ALLOWED'))
    await expect(use({ method: 'POST' })).rejects.toThrow(problem('ORIGIN_NOT_ALLOWED'))
    expect(rows.map(({ code }) => code)).toEqual(['denied', 'read-only'])
  })

  it.each(['minute', 'day'] as const)('leaves a row where the budget of a %s is used up', async (part) => {
    const { use, state, steps, rows } = await allowedWorld()
    Object.assign(state, { left: 0, spent: part })
    await expect(use()).rejects.toThrow(problem('APPROVAL_DENIED'))
    expect([steps, rows[0]?.code]).toEqual([['row refused'], `budget-${part}`])
  })

  it('asks the person nothing where the budget is used up', async () => {
    const { use, state, approvals } = await useWorld(sampleGrant())
    state.left = 0
    await expect(use()).rejects.toThrow(problem('APPROVAL_DENIED'))
    expect(approvals.questions.list()).toEqual([])
  })

  it('uses the budget only for what is sent: not by a question, its answer or a refusal', async () => {
    const { use, state, answerQuestion } = await useWorld(sampleGrant())
    state.left = 1
    for (let count = 0; count < 3; count += 1) expect((await use()).kind).toBe('question')
    await expect(use({ method: 'TRACE' })).rejects.toThrow(problem('ORIGIN_NOT_ALLOWED'))
    answerQuestion(once)
    expect(state.left).toBe(1)
    expect((await use()).kind).toBe('answer')
    expect(state.left).toBe(0)
  })

  it('sends no more than the budget where several requests wait for one answer', async () => {
    const { use, state, answerQuestion, sent, rows } = await useWorld(sampleGrant())
    Object.assign(state, { asksInWindow: true, left: 1 })
    const waiting = [use({ waits: true }), use({ waits: true })]
    await settle()
    answerQuestion({ kind: 'allowed', duration: 'until-lock', wholeHost: true })
    const ends = await Promise.allSettled(waiting)
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect([sent.length, rows.map(({ code }) => code)]).toEqual([1, expect.arrayContaining(['budget-day'])])
  })

  it('is refused all the same where the row can not be written', async () => {
    const { use, state, steps } = await allowedWorld()
    state.isAuditFull = true
    await expect(use({ method: 'TRACE' })).rejects.toThrow(problem('ORIGIN_NOT_ALLOWED'))
    expect(steps).toEqual([])
  })

  const where = { host: 'api.example.net:443', path: '/v1/items' }
  it.each([
    ['an address that is none', { url: 'nonsense?secret=1' }, 'address', { host: null, path: null }],
    ['a header that only the vault sets', { headers: [['Host', 'evil.example.org']] }, 'header', where],
    ['an authorization of its own', { headers: [['authorization', 'Bearer mine']] }, 'header', where]
  ] as const)(
    'is refused for %s, and leaves a row without what was sent',
    async (_name, change, code, row) => {
      const { use, rows } = await allowedWorld()
      await expect(use(change)).rejects.toThrow(problem('INVALID_REQUEST'))
      expect(rows).toMatchObject([{ kind: 'refused', action: 'use', method: 'GET', code, ...row }])
      expect(JSON.stringify(rows)).not.toMatch(/secret=1|evil|Bearer/)
    }
  )

  it('leaves a row where the policy can not be read', async () => {
    const { use, state, rows } = await allowedWorld()
    state.policyFault = new VaultError('CONFIG_INVALID')
    await expect(use()).rejects.toThrow(problem('CONFIG_INVALID'))
    expect(rows).toMatchObject([{ kind: 'refused', code: 'policy-invalid', ...where }])
  })

  it('leaves a hundred rows in an hour, however often a program is refused', async () => {
    const { use, rows, sent } = await allowedWorld()
    for (let count = 0; count < 150; count += 1) await use({ method: 'TRACE' }).catch(() => undefined)
    expect(rows).toHaveLength(101)
    expect(rows.at(-1)).toMatchObject({ kind: 'refused', code: 'more-refused', credential: null })
    await use()
    expect(sent).toHaveLength(1)
  })

  it('is refused for a service that is not there, and for an account that is not named', async () => {
    const bob = sampleGrant({ ref: { service: 'sso.example.net', account: 'bob' } })
    const { use, rows, allow, sent } = await useWorld(sampleGrant(), bob)
    await expect(use({ service: 'constructor' })).rejects.toThrow(problem('UNKNOWN_SERVICE'))
    await expect(use({ account: 'carol' })).rejects.toThrow(problem('UNKNOWN_SERVICE'))
    await expect(use()).rejects.toThrow(problem('INVALID_REQUEST'))
    const nothing = { kind: 'refused', credential: null, ...where }
    expect(rows).toMatchObject([
      { ...nothing, code: 'unknown-service' },
      { ...nothing, code: 'unknown-service' },
      { ...nothing, code: 'unnamed-account' }
    ])
    allow(sampleWanted({ credential: '["sso.example.net","bob"]' }), 'until-lock')
    await use({ account: 'bob' })
    expect(sent[0]?.credential?.key).toBe('["sso.example.net","bob"]')
  })
})
