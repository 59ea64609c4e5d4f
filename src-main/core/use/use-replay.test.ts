import { describe, expect, it } from 'vitest'
import { sampleKey } from '../testing/samples.ts'
import { sampleAnswer } from '../testing/use-world.ts'
import { allowedWorld, bodyOf, ofKey, someBody, unauthorized } from '../testing/allowed-world.ts'

describe('an answer of 401', () => {
  it('leads to one forced refresh and one replay of a GET without a body', async () => {
    const { use, state, needs, sent, steps } = await allowedWorld()
    let dropped = 0
    state.answers.push(sampleAnswer({ status: 401, discard: () => (dropped += 1) }))
    const outcome = await use()
    expect(outcome).toMatchObject({ answer: { status: 200 } })
    const rejected = needs[1]?.rejected?.expose((text) => text)
    expect([needs.length, rejected, dropped]).toEqual([2, 'token-1', 1])
    expect(sent.map(({ credential }) => credential?.secret.expose((text) => text))).toEqual([
      'token-1',
      'token-2'
    ])
    expect(steps).toEqual(['row intent', 'token', 'send', 'token', 'send'])
  })

  it('stands where the second answer is 401, too', async () => {
    const { use, state, sent, rows } = await allowedWorld()
    state.answers.push(unauthorized(), unauthorized())
    const outcome = await use()
    expect([outcome, sent.length]).toMatchObject([{ answer: { status: 401 } }, 2])
    await bodyOf(outcome)
    expect(rows[1]).toMatchObject({ status: 401, code: null })
  })

  it('stands where there is no other token', async () => {
    const { use, state, needs, sent } = await allowedWorld()
    state.tokens = ['token-1', 'token-1']
    state.answers.push(unauthorized())
    expect(await use()).toMatchObject({ answer: { status: 401 } })
    expect([needs.length, sent.length]).toEqual([2, 1])
  })

  it.each([
    ['a POST', { method: 'POST' }],
    ['a POST with a body', { method: 'POST', body: someBody }],
    ['a GET with a body', { body: someBody }]
  ] as const)('leads to no refresh and no replay of %s', async (_name, change) => {
    const { use, state, needs, sent } = await allowedWorld()
    state.answers.push(unauthorized())
    expect(await use(change)).toMatchObject({ answer: { status: 401 } })
    expect([needs.length, sent.length]).toEqual([1, 1])
  })

  it('leads to no refresh and no replay with an API key', async () => {
    const { use, state, needs, sent } = await allowedWorld(sampleKey())
    state.answers.push(unauthorized())
    expect(await use(ofKey)).toMatchObject({ answer: { status: 401 } })
    expect([needs.length, sent.length]).toEqual([1, 1])
  })

  it.each([403, 407, 500])('is the only status that does: not %i', async (status) => {
    const { use, state, sent } = await allowedWorld()
    state.answers.push(sampleAnswer({ status }))
    expect(await use()).toMatchObject({ answer: { status } })
    expect(sent).toHaveLength(1)
  })
})
