import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ProposalView } from '#shared/broker/proposals.ts'
import { socketPlace } from '../../../src-socket/socket-path.ts'
import { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ok, UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const WAITS =
  'latchkey: This waits for the person, in Activity of Latchkey’s window and in “latchkey approvals”. Run it again to see whether it was accepted.\n'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

async function waiting(): Promise<readonly ProposalView[]> {
  const { out } = await world.latchkey(['approvals', '--json', 'all'])
  return (JSON.parse(out) as { readonly proposals: readonly ProposalView[] }).proposals
}

describe('latchkey propose', () => {
  it('waits with 75 and its ID, allows nothing, and is 0 once the person has accepted it', async () => {
    const rule = ['propose', 'rule', 'stripe', `GET ${world.host}/v1/*`, '--reason', 'read the items']
    const request = ['request', 'stripe', `${world.origin}/v1/items`, '--no-prompt']
    const proposed = await world.latchkey(rule)
    expect(proposed).toMatchObject({ code: 75, errors: WAITS })
    const id = proposed.out.trim()
    expect(await world.latchkey(rule)).toMatchObject({ code: 75, out: `${id}\n` })
    expect((await world.latchkey(request)).code).toBe(77)
    await world.answer('denied')
    const listed = await world.latchkey(['approvals', '--list'])
    expect(listed.code).toBe(1)
    expect(listed.out).toContain(
      `${id}  This terminal proposes that it may always use Stripe, STRIPE_API_KEY:`
    )
    expect(listed.out).toContain(`GET https://${world.host}/v1/*`)
    expect(listed.out).toContain('reason, in its own words: “read the items”')
    const accepted = await world.latchkey(['approvals', '--accept', id])
    expect(accepted).toMatchObject({ code: 0, errors: '' })
    expect(accepted.out).toContain('Accepted.')
    expect(await world.latchkey(rule)).toEqual({ code: 0, out: 'Accepted already.\n', errors: '' })
    expect(await world.latchkey(request)).toMatchObject({ code: 0, out: '{"ok":true}' })
    const deeper = ['request', 'stripe', `${world.origin}/v1/items/1`, '--no-prompt']
    expect((await world.latchkey(deeper)).code).toBe(77)
    await world.answer('denied')
    await world.revokeAll()
    expect((await world.latchkey(request)).code).toBe(77)
    await world.answer('denied')
  })

  it('outlives a vault that ends, and is told what the person did not want', async () => {
    const service = ['propose', 'service', 'github', '--json', 'all']
    const { out, code } = await world.latchkey(service)
    const { id } = JSON.parse(out) as { readonly id: string }
    expect(code).toBe(75)
    await world.endVault()
    expect(await waiting()).toMatchObject([{ id, what: { kind: 'service', service: 'github' } }])
    expect((await world.latchkey(['approvals', '--dismiss', id])).out).toContain('Dismissed.')
    const again = await world.latchkey(service)
    expect([again.code, again.errors]).toEqual([
      77,
      'latchkey: The person dismissed this proposal within the last day. (APPROVAL_DENIED)\n'
    ])
    expect(await waiting()).toEqual([])
  })

  it('is 0 for a service that is there, and refuses what can not be meant', async () => {
    expect((await world.latchkey(['propose', 'service', 'stripe'])).code).toBe(0)
    const ends = await Promise.all(
      [
        ['service', 'unheard.of'],
        ['scope', 'stripe', 'repo'],
        ['rule', 'stripe', 'GET evil.example.net/**'],
        ['rule', 'stripe', 'GET /v1?x=1'],
        ['rule', 'stripe', '/v1'],
        ['rule', 'stripe', 'ANY /v1'],
        ['scope', 'stripe']
      ].map((args) => world.latchkey(['propose', ...args]))
    )
    expect(ends.map(({ code }) => code)).toEqual([64, 64, 77, 64, 64, 64, 64])
    expect(await waiting()).toEqual([])
  })

  it('is written down, as are the answers', async () => {
    const { out } = await world.latchkey(['audit', '--json', 'all'])
    const rows = JSON.parse(out) as readonly { action: string; code: string; path: string | null }[]
    const about = rows.filter(({ action }) => ['propose', 'accept', 'dismiss'].includes(action)).toReversed()
    expect(about.map(({ action, code, path }) => [action, code, path])).toEqual([
      ['propose', 'rule', '/v1/*'],
      ['accept', 'rule', '/v1/*'],
      ['propose', 'service github', null],
      ['dismiss', 'service github', null]
    ])
  })

  it('is answered at the terminal, where anything else leaves it for later', async () => {
    await world.latchkey(['propose', 'rule', 'stripe', 'GET /v2'])
    const later = world.terminal(world.commandLine(['approvals']))
    await later.says('[a]ccept or [d]ismiss?')
    later.type('x\n')
    expect(await later.ended).toBe(0)
    expect(await waiting()).toHaveLength(1)
    const now = world.terminal(world.commandLine(['approvals']))
    await now.says('[a]ccept or [d]ismiss?')
    now.type('a\n')
    expect(await now.ended).toBe(0)
    expect([await waiting(), await world.approvals()]).toMatchObject([[], [{ path: '/v2', isPattern: true }]])
    await world.revokeAll()
  })
})

describe('a paired program', () => {
  it('proposes under its name, and can neither see nor accept proposals', async () => {
    const file = join(world.home, 'bot.key')
    expect((await world.latchkey(['pair', 'bot', '--key-file', file])).code).toBe(0)
    const { client, secret } = JSON.parse(readFileSync(file, 'utf8')) as { client: string; secret: string }
    const { path } = socketPlace(world.home)
    const bot = await VaultConnection.open(path ?? '', { client, secret: Buffer.from(secret, 'hex') })
    try {
      const rule = { kind: 'rule', service: 'stripe', account: null, host: null, methods: ['GET'] }
      const wish = { ...rule, path: '/v1/**', scope: null, reason: 'me\u202Etoo' }
      const { id } = (await bot.ask('propose', wish)) as { readonly id: string }
      const [shown] = await waiting()
      expect(shown).toMatchObject({ id, client: { name: 'bot' }, reason: 'me�too' })
      const accept = { id, digest: shown?.digest, answer: 'accept' }
      for (const [request, ...args] of [['answerProposal', accept], ['listProposals']] as const)
        await expect(bot.ask(request, ...args)).rejects.toMatchObject({
          problem: { code: 'INVALID_REQUEST' }
        })
      await expect(bot.ask('propose', { ...wish, reason: 'x'.repeat(1001) })).rejects.toMatchObject({
        problem: { code: 'INVALID_REQUEST' }
      })
      expect([await world.approvals(), (await waiting()).length]).toEqual([[], 1])
      expect((await world.latchkey(['pair', '--remove', 'bot'])).code).toBe(0)
      expect(await waiting()).toEqual([])
    } finally {
      bot.destroy()
    }
  })
})
