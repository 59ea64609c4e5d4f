import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../secret.ts'
import { settle } from '../testing/fake-clock.ts'
import { bot, handOutWorld, preset, rules, VALUE } from '../testing/hand-out-world.ts'
import { sampleGrant, sampleKey } from '../testing/samples.ts'
import type { Duration } from './approval.ts'
import type { HandOutWish } from './hand-out-wish.ts'

const CREDENTIAL = '["stripe","default"]'

type World = Awaited<ReturnType<typeof handOutWorld>>

/** A relay that was asked for and allowed. */
async function opened(of: World, duration: Duration = 'once', change: Partial<HandOutWish> = {}) {
  if ((await of.relay(change)).kind !== 'question') throw new Error('It was allowed already.')
  of.answer(duration)
  const relay = await of.relay(change)
  if (relay.kind !== 'opened') throw new Error('It was not allowed.')
  return relay
}

describe('a relay', () => {
  it('is asked for as a whole: any method and path of one host, with the reason', async () => {
    const asked = await (await handOutWorld()).relay()
    expect(asked).toMatchObject({
      kind: 'question',
      question: {
        client: bot,
        reason: 'nightly run',
        wanted: {
          client: 'bot-id',
          credential: CREDENTIAL,
          mode: 'relay',
          scope: null,
          host: 'api.stripe.com:443',
          method: 'ANY',
          path: '/**'
        }
      }
    })
  })

  it('is opened once for an answer for once, and a row is written before and after', async () => {
    const of = await handOutWorld()
    const relay = await opened(of)
    expect(relay).toMatchObject({ host: 'api.stripe.com:443', preset, entry: { ref: { service: 'stripe' } } })
    expect(of.rows).toMatchObject([
      {
        kind: 'intent',
        action: 'relay',
        client: 'bot-id',
        credential: CREDENTIAL,
        host: 'api.stripe.com:443'
      }
    ])
    await relay.closed()
    expect(of.rows[1]).toMatchObject({ kind: 'outcome', of: 1, action: 'relay', code: null })
    expect((await of.relay()).kind).toBe('question')
    expect(of.steps).not.toContain('token -')
  })

  it.each([
    ['the first host of the credential if none is named', null, 'api.stripe.com:443'],
    ['a named host with its port', 'files.stripe.com:8443', 'files.stripe.com:8443'],
    ['a named host in any case, at 443', 'API.Stripe.com', 'api.stripe.com:443']
  ])('goes to %s', async (_name, host, found) => {
    const of = await handOutWorld()
    expect((await opened(of, 'once', { host })).host).toBe(found)
  })

  it.each(['files.stripe.com', 'evil.example', 'api.stripe.com.evil.example', 'api.stripe.com:8443'])(
    'is refused for a host that is none of the credential’s: %s',
    async (host) => {
      const of = await handOutWorld()
      await expect(of.relay({ host })).rejects.toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' })
      expect(of.rows).toMatchObject([{ kind: 'refused', code: 'host', host: null }])
      expect(of.approvals.questions.list()).toEqual([])
    }
  )

  it('is refused where the credential has no host, and where the policy gives no access', async () => {
    const of = await handOutWorld()
    of.state.rules = { ...rules, hosts: [] }
    await expect(of.relay()).rejects.toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' })
    of.state.rules = null
    await expect(of.relay()).rejects.toMatchObject({
      code: 'APPROVAL_DENIED',
      message: 'The policy gives this program no access to this service. policy.yaml says which it may use.'
    })
    expect(of.rows.map(({ code }) => code)).toEqual(['host', 'policy'])
  })

  it('is not opened if that can not be written down', async () => {
    const of = await handOutWorld()
    await of.relay()
    of.answer('always')
    of.state.isAuditFull = true
    await expect(of.relay()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  })

  it('waits for the person where a window asks; a denial is written down', async () => {
    const of = await handOutWorld()
    of.state.asksInWindow = true
    const asked = of.relay({ waits: true })
    await settle()
    expect(of.steps).toEqual(['question'])
    of.answer('denied')
    await expect(asked).rejects.toMatchObject({ code: 'APPROVAL_DENIED' })
    expect(of.rows).toMatchObject([{ kind: 'refused', action: 'relay', code: 'denied-by-person' }])
  })

  it('ends when its own approval does, and no other relay does', async () => {
    const of = await handOutWorld()
    const second = await opened(of, 'once', { host: 'files.stripe.com:8443' })
    const first = await opened(of, 'until-lock')
    const ends: string[] = []
    void first.ended.then(() => ends.push('first'))
    void second.ended.then(() => ends.push('second'))
    const [approval] = of.approvals.given.list()
    expect(approval).toMatchObject({ host: first.host })
    of.approvals.given.revoke(approval?.id ?? '')
    await settle()
    expect(ends).toEqual(['first'])
    of.approvals.given.lock()
    await settle()
    expect(ends).toEqual(['first', 'second'])
  })
})

describe('a value', () => {
  it('is asked for without a host, and given out after a row of intent and before one of its end', async () => {
    const of = await handOutWorld()
    const asked = await of.reveal()
    expect(asked).toMatchObject({ question: { wanted: { mode: 'reveal', host: '', method: 'ANY' } } })
    of.answer('once')
    const revealed = await of.reveal({ scope: null })
    expect(revealed.kind === 'revealed' && revealed.secret.expose((text) => text)).toBe(VALUE)
    expect(of.steps).toEqual(['intent', 'token -', 'outcome'])
    expect(of.rows).toMatchObject([
      { action: 'reveal', host: null, reason: 'nightly run' },
      { action: 'reveal', of: 1, code: null }
    ])
    expect(JSON.stringify(of.rows)).not.toContain(VALUE)
    expect((await of.reveal()).kind).toBe('question')
  })

  it('is not given out if it is bound to a key, without which it is of no use', async () => {
    const provider = { ...sampleGrant().provider, dpop: true }
    const of = await handOutWorld(sampleGrant({ ref: sampleKey().ref, provider }))
    await of.reveal()
    of.answer('10-minutes')
    expect((await of.reveal()).kind).toBe('revealed') // the provider bound none, though its row asks for it
    of.state.proofKey = new Secret('the key')
    await expect(of.reveal()).rejects.toThrow('bound to a key that stays in the vault')
    expect(of.rows.at(-1)).toMatchObject({ kind: 'outcome', code: 'INVALID_REQUEST' })
  })

  it('is given out for ten minutes, and no longer', async () => {
    const of = await handOutWorld()
    await of.reveal()
    of.answer('10-minutes')
    await of.clock.pass(9 * 60_000)
    expect((await of.reveal({ reason: 'another' })).kind).toBe('revealed')
    await of.clock.pass(60_000)
    expect((await of.reveal()).kind).toBe('question')
  })

  it.each(['until-lock', 'always'] as const)('is not given out %s', async (duration) => {
    const of = await handOutWorld()
    await of.reveal()
    expect(() => of.answer(duration)).toThrow('A value is given out once, or for ten minutes.')
    expect((await of.reveal()).kind).toBe('question')
  })

  it('is not given out for an approval of a relay or of another scope', async () => {
    const of = await handOutWorld()
    await opened(of, 'always')
    expect((await of.reveal()).kind).toBe('question')
    of.answer('10-minutes')
    expect((await of.reveal({ scope: 'admin' })).kind).toBe('question')
    of.answer('denied')
    expect((await of.reveal()).kind).toBe('revealed')
  })

  it('is asked for with the scope, and a failure is written down with its code', async () => {
    const of = await handOutWorld()
    await of.reveal({ scope: 'read' })
    of.answer('once')
    of.state.token = new VaultError('SCOPE_MISSING')
    await expect(of.reveal({ scope: 'read' })).rejects.toMatchObject({ code: 'SCOPE_MISSING' })
    expect(of.steps).toEqual(['intent', 'token read', 'outcome'])
    expect(of.rows[1]).toMatchObject({ kind: 'outcome', of: 1, code: 'SCOPE_MISSING' })
  })

  it('is not read if the intent can not be written down', async () => {
    const of = await handOutWorld()
    await of.reveal()
    of.answer('once')
    of.state.isAuditFull = true
    await expect(of.reveal()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    expect(of.steps).toEqual([])
  })

  it('needs no host of its own, but access by the policy', async () => {
    const of = await handOutWorld()
    of.state.rules = { ...rules, hosts: [] }
    expect((await of.reveal()).kind).toBe('question')
    of.state.rules = null
    await expect(of.reveal()).rejects.toMatchObject({ code: 'APPROVAL_DENIED' })
  })
})

it('a service that is not there, or has several accounts and none is named, is refused', async () => {
  const of = await handOutWorld()
  await expect(of.reveal({ service: 'github' })).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
  await expect(of.relay({ account: 'other' })).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
  const refused = { kind: 'refused', code: 'unknown-service', credential: null, host: null }
  expect(of.rows).toMatchObject([
    { ...refused, action: 'reveal' },
    { ...refused, action: 'relay' }
  ])
})
