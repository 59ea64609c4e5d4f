import { describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../credential-record.ts'
import { Secret } from '../secret.ts'
import { settle } from '../testing/fake-clock.ts'
import { sampleGrant, sampleKey } from '../testing/samples.ts'
import { bot, sampleAnswer, sampleWanted, Stop, terminal, useWorld } from '../testing/use-world.ts'
import type { SendAnswer } from './use-ports.ts'
import type { Use, UseOutcome } from './use-service.ts'

const once = { kind: 'allowed', duration: 'once', wholeHost: false } as const
const problem = (code: string): unknown => expect.objectContaining({ code })
const ofKey = { service: 'stripe' } as const
const unauthorized = (): SendAnswer => sampleAnswer({ status: 401, pieces: [] })

/** A world in which the person has allowed every path of the host, for both reading and posting. */
async function allowedWorld(held: Credential = sampleGrant()) {
  const world = await useWorld(held)
  const credential = credentialKey(held.ref)
  for (const method of ['GET', 'POST', 'OPTIONS'])
    world.allow(sampleWanted({ credential, method }), 'until-lock')
  return world
}

/** Reads the answer until `wantsMore` says no. */
async function bodyOf(outcome: UseOutcome, wantsMore: () => boolean = () => true): Promise<string> {
  if (outcome.kind !== 'answer') throw new Error(outcome.kind)
  let text = ''
  for await (const piece of outcome.answer.body) {
    text += String.fromCharCode(...piece)
    if (!wantsMore()) break
  }
  return text
}

async function* someBody(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1, 2, 3)
}

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
    world.state.duringToken = () => world.approvals.lock()
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
    const [ofBot] = world.approvals
      .list()
      .filter(({ client, methods }) => client === bot.id && methods.includes('GET'))
    return { ...world, outcomes, ofBot }
  }

  it('ends what its program has under way, and nothing of another one with the same credential', async () => {
    const { approvals, sent, outcomes, ofBot, rows } = await running()
    approvals.revoke(ofBot?.id ?? '')
    expect(sent.map(({ signal }) => signal.aborted)).toEqual([true, false])
    expect(await bodyOf(outcomes[1] as UseOutcome)).toBe('firstlast')
    expect(rows.filter(({ kind }) => kind === 'outcome').map(({ client }) => client)).toEqual([
      bot.id,
      terminal.id
    ])
  })

  it('stops no request of another program while its token is fetched', async () => {
    const world = await running()
    world.state.duringToken = () => void world.approvals.revoke(world.ofBot?.id ?? '')
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
      world.approvals.lock()
      return true
    })
    await expect(reading).rejects.toThrow(problem('APPROVAL_DENIED'))
    expect(world.rows.at(-1)).toMatchObject({ kind: 'outcome', code: 'APPROVAL_DENIED', bytes: 9 })
  })
})

describe('the outcome of a use', () => {
  it('is followed by a row of its own where the answer shows what looks like another credential', async () => {
    const { use, state, rows } = await allowedWorld()
    state.answers.push(sampleAnswer({ status: 201, showsSecret: () => true }))
    await bodyOf(await use())
    expect(rows.map(({ kind, action, of }) => [kind, action, of])).toEqual([
      ['intent', 'use', null],
      ['outcome', 'use', 1],
      ['event', 'new-credential', null]
    ])
    expect(rows[2]).toMatchObject({ path: '/v1/items', status: 201, code: null, bytes: null })
  })

  it('names the code where the answer is cut off, and the bytes that came', async () => {
    const { use, state, rows } = await allowedWorld()
    state.answers.push(sampleAnswer({ fault: new VaultError('PROVIDER_UNREACHABLE') }))
    await expect(bodyOf(await use())).rejects.toThrow(problem('PROVIDER_UNREACHABLE'))
    expect(rows[1]).toMatchObject({ kind: 'outcome', status: 200, bytes: 9, code: 'PROVIDER_UNREACHABLE' })
  })

  it('names the code where there is no answer', async () => {
    const { use, state, rows } = await allowedWorld()
    state.answers.push(new VaultError('CERTIFICATE_REFUSED'))
    await expect(use()).rejects.toThrow(problem('CERTIFICATE_REFUSED'))
    expect(rows[1]).toMatchObject({ kind: 'outcome', of: 1, status: null, code: 'CERTIFICATE_REFUSED' })
  })

  it('says that the reader stopped in the middle', async () => {
    const { use, rows } = await allowedWorld()
    expect(await bodyOf(await use(), () => false)).toBe('first')
    expect(rows[1]).toMatchObject({ kind: 'outcome', status: 200, bytes: 5, code: 'NOT_READ' })
  })

  it('is written once where a client cancels while it reads', async () => {
    const { use, state, stop, rows } = await allowedWorld()
    state.answers.push(sampleAnswer({ fault: new VaultError('INVALID_REQUEST') }))
    const outcome = await use()
    const cancel = (): boolean => {
      stop.abort()
      return true
    }
    await expect(bodyOf(outcome, cancel)).rejects.toThrow(problem('INVALID_REQUEST'))
    expect(rows.slice(1)).toMatchObject([{ kind: 'outcome', bytes: 9, code: 'INVALID_REQUEST' }])
  })

  it('is written where the client goes before it has begun to read', async () => {
    const { use, stop, rows } = await allowedWorld()
    const outcome = await use()
    expect(rows).toHaveLength(1)
    stop.abort()
    await bodyOf(outcome)
    expect(rows.slice(1)).toMatchObject([{ kind: 'outcome', of: 1, status: 200, bytes: 0, code: 'NOT_READ' }])
  })

  it('leaves the answer as it is where the row can not be written', async () => {
    const { use, state } = await allowedWorld()
    const outcome = await use()
    state.isAuditFull = true
    expect(await bodyOf(outcome)).toBe('firstlast')
  })
})

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
    expect(approvals.questions()).toEqual([])
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

describe('the approval of a use', () => {
  it('for once goes to exactly one of two requests at the same time; the other is asked again', async () => {
    const { use, answerQuestion, approvals, sent } = await useWorld(sampleGrant())
    const asked = await Promise.all([use({}, terminal), use({}, terminal)])
    expect(asked.map(({ kind }) => kind)).toEqual(['question', 'question'])
    expect(approvals.questions()).toHaveLength(1)
    answerQuestion(once)
    const outcomes = await Promise.all([use({}, terminal), use({}, terminal)])
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['answer', 'question'])
    expect([sent.length, approvals.questions().length]).toEqual([1, 1])
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
    expect(approvals.questions()).toEqual([])
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
    expect(approvals.questions()).toHaveLength(1)
    answerQuestion(once)
    expect((await waiting).kind).toBe('answer')
    expect(sent).toHaveLength(1)
  })

  it('is not asked for while another question of the program waits, which leaves a row', async () => {
    const { use, rows, approvals } = await useWorld(sampleGrant())
    await use()
    await expect(use({ method: 'POST' })).rejects.toThrow(problem('APPROVAL_DENIED'))
    expect([rows.map(({ code }) => code), approvals.questions().length]).toEqual([['not-asked'], 1])
  })

  it('ends with a lock: the next request is asked for again', async () => {
    const { use, approvals } = await allowedWorld()
    expect((await use()).kind).toBe('answer')
    approvals.lock()
    expect((await use()).kind).toBe('question')
  })
})

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
