import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../secret.ts'
import { sampleGrant } from '../testing/samples.ts'
import { bot, sampleAnswer, sampleWanted, terminal, useWorld } from '../testing/use-world.ts'
import { allowedWorld, bodyOf, someBody, unauthorized } from '../testing/allowed-world.ts'
import type { UseOutcome } from './use-service.ts'

const problem = (code: string): unknown => expect.objectContaining({ code })

describe('a use', () => {
  it('writes its intent before the token is fetched, and its outcome after the answer', async () => {
    const { use, steps, rows, sent } = await allowedWorld()
    const outcome = await use({ reason: 'to\nread' })
    expect(steps).toEqual(['row intent', 'token', 'send'])
    expect(await bodyOf(outcome)).toBe('firstlast')
    expect(steps).toEqual(['row intent', 'token', 'send', 'row outcome'])
    const common = { client: 'bot-id', clientName: 'bot', credential: '["sso.example.net","alice"]' }
    const where = { action: 'use', method: 'GET', host: 'api.example.net:443', path: '/v1/items' }
    expect(rows[0]).toMatchObject({ kind: 'intent', of: null, ...common, ...where, reason: 'to\uFFFDread' })
    expect(rows[1]).toMatchObject({ kind: 'outcome', of: 1, ...common, ...where, status: 200, bytes: 9 })
    expect(rows[1]).toMatchObject({ redacted: 2, code: null })
    expect(sent[0]).toMatchObject({ isLocal: false, target: { query: '?page=2' } })
  })

  it('fetches no token and sends nothing where no row can be written', async () => {
    const { use, state, steps } = await allowedWorld()
    state.isAuditFull = true
    await expect(use()).rejects.toThrow(problem('STORE_WRITE_FAILED'))
    expect(steps).toEqual([])
  })

  it('writes no query, no header and no body into the log (threat: logging)', async () => {
    const { use, rows } = await allowedWorld()
    const canary = 'canary-7Q'
    const url = `https://api.example.net/v1/items?secret=${canary}`
    await bodyOf(await use({ url, headers: [['x-canary', canary]], method: 'POST', body: someBody }))
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toContain(canary)
  })

  it('gives the client no header that holds or sets a credential', async () => {
    const { use, state } = await allowedWorld()
    state.answers.push(
      sampleAnswer({
        headers: [
          ['Set-Cookie', 'session=1'],
          ['Content-Type', 'text/plain']
        ]
      })
    )
    const outcome = await use()
    expect(outcome).toMatchObject({ answer: { headers: [['Content-Type', 'text/plain']] } })
  })

  it('hands on the key that the tokens are bound to, with a fresh token as well', async () => {
    const provider = { ...sampleGrant().provider, dpop: true }
    const { use, state, sent } = await allowedWorld(sampleGrant({ provider }))
    state.proofKey = new Secret('the key')
    state.answers.push(unauthorized())
    await bodyOf(await use())
    expect(sent.map(({ credential }) => credential?.proofKey)).toEqual([state.proofKey, state.proofKey])
  })

  it('asks for no key where the provider binds no tokens', async () => {
    const { use, sent, steps } = await allowedWorld()
    await bodyOf(await use())
    expect(steps).not.toContain('proof key')
    expect(sent[0]?.credential).not.toHaveProperty('proofKey')
  })

  it('asks for the scope that the client named', async () => {
    const world = await useWorld(sampleGrant())
    world.allow(sampleWanted({ scope: 'registry:read' }), 'until-lock')
    await world.use({ scope: 'registry:read' })
    expect(world.needs).toEqual([{ scope: 'registry:read' }])
  })
})

describe('a lock or a removal in the middle (attack: use after it ended)', () => {
  it('sends nothing if it comes while the token is fetched', async () => {
    const world = await allowedWorld()
    world.state.duringToken = () => world.approvals.given.lock()
    await expect(world.use()).rejects.toThrow(problem('APPROVAL_DENIED'))
    expect(world.sent).toEqual([])
    expect(world.rows.map(({ kind, code }) => [kind, code])).toEqual([
      ['intent', null],
      ['outcome', 'APPROVAL_DENIED']
    ])
  })
})

describe('a revoked approval', () => {
  const running = async () => {
    const world = await allowedWorld()
    world.allow(sampleWanted({ client: 'terminal' }), 'until-lock')
    const outcomes = [await world.use(), await world.use({}, terminal)]
    const [ofBot] = world.approvals.given
      .list()
      .filter(({ client, methods }) => client === bot.id && methods.includes('GET'))
    return { ...world, outcomes, ofBot }
  }

  it('ends what its program has under way, and nothing of another one with the same credential', async () => {
    const { approvals, sent, outcomes, ofBot, rows } = await running()
    approvals.given.revoke(ofBot?.id ?? '')
    expect(sent.map(({ signal }) => signal.aborted)).toEqual([true, false])
    expect(await bodyOf(outcomes[1] as UseOutcome)).toBe('firstlast')
    expect(rows.filter(({ kind }) => kind === 'outcome').map(({ client }) => client)).toEqual([
      bot.id,
      terminal.id
    ])
  })

  it('stops no request of another program while its token is fetched', async () => {
    const world = await running()
    world.state.duringToken = () => void world.approvals.given.revoke(world.ofBot?.id ?? '')
    expect((await world.use({}, terminal)).kind).toBe('answer')
    world.allow(sampleWanted(), 'until-lock')
    world.state.duringToken = () => void world.approvals.revokeClient(bot.id)
    await expect(world.use()).rejects.toThrow(problem('APPROVAL_DENIED'))
  })

  it('is named as the reason where the answer breaks off', async () => {
    const world = await allowedWorld()
    world.state.answers.push(sampleAnswer({ fault: new VaultError('PROVIDER_UNREACHABLE') }))
    const outcome = await world.use()
    world.state.answers.push(sampleAnswer())
    const reading = bodyOf(outcome, () => {
      world.approvals.given.lock()
      return true
    })
    await expect(reading).rejects.toThrow(problem('APPROVAL_DENIED'))
    expect(world.rows.at(-1)).toMatchObject({ kind: 'outcome', code: 'APPROVAL_DENIED', bytes: 9 })
  })
})
