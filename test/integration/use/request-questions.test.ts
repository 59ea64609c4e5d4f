import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf, ok, UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const NEEDS_APPROVAL =
  'latchkey: This needs your approval, and nothing was sent. Answer it with “latchkey approvals”, then run this again. (APPROVAL_DENIED)\n'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

function request(path: string, ...args: readonly string[]): readonly string[] {
  return ['request', 'stripe', `${world.origin}${path}`, ...args]
}

describe('a question of a request', () => {
  it('waits with --no-prompt until it is answered, and an answer for once is for one request', async () => {
    const args = request('/v1/once', '--no-prompt', '--reason', 'refund 12')
    expect(await world.latchkey(args)).toEqual({ code: 77, out: '', errors: NEEDS_APPROVAL })
    expect(world.seen).toEqual([])
    expect(await world.answer('once')).toMatchObject({
      service: 'stripe',
      account: 'STRIPE_API_KEY',
      method: 'GET',
      host: world.host,
      path: '/v1/once',
      reason: 'refund 12'
    })
    expect(await world.latchkey(args)).toEqual({ code: 0, out: '{"ok":true}', errors: '' })
    const [seen] = world.seen
    expect(seen).toMatchObject({ path: '/v1/once', headers: { authorization: `Bearer ${KEY}` } })
    expect((await world.latchkey(args)).code).toBe(77)
    expect(world.seen).toHaveLength(1)
    await world.answer('denied')
  })

  it('is answered for one reason only: another reason is another question', async () => {
    await world.latchkey(request('/v1/reason', '--no-prompt', '--reason', 'one'))
    await world.answer('once')
    expect((await world.latchkey(request('/v1/reason', '--no-prompt', '--reason', 'two'))).code).toBe(77)
    expect((await world.latchkey(request('/v1/reason', '--no-prompt', '--reason', 'one'))).code).toBe(0)
    await world.answer('denied')
    expect(world.seen).toHaveLength(1)
  })

  it('is put to the person at the terminal itself, while the body comes from standard input', async () => {
    let body = ''
    world.handle = async (incoming, response) => {
      body = await bodyOf(incoming)
      response.end('done')
    }
    const out = join(world.home, 'answer')
    const command = world.commandLine(request('/v1/refunds', '--data-file', '-', '--reason', 'refund 12'))
    const shown = world.terminal(`printf 'charge=ch_1' | ${command} > ${out}`)
    await shown.says('Anything else denies: ')
    expect(shown.out.replaceAll('\r\n', '\n')).toContain(
      [
        'This terminal wants to use Stripe, STRIPE_API_KEY:',
        `  POST https://${world.host}/v1/refunds`,
        Buffer.from('  reason, in its own words: “refund 12”').toString('latin1'),
        'Allow it: [o]nce, [t]en minutes, until [l]ock, [a]lways? Anything else denies: '
      ].join('\n')
    )
    expect(world.seen).toEqual([])
    shown.type('o\n')
    expect(await shown.ended).toBe(0)
    expect([readFileSync(out, 'utf8'), body]).toEqual(['done', 'charge=ch_1'])
  })

  it('is denied at the terminal by any other answer, and nothing is sent', async () => {
    const shown = world.terminal(world.commandLine(request('/v1/no')))
    await shown.says('Anything else denies: ')
    shown.type('y\n')
    expect(await shown.ended).toBe(77)
    expect(shown.out).toContain('latchkey: Denied. Nothing was sent. (APPROVAL_DENIED)')
    expect(world.seen).toEqual([])
  })

  it('ends with Ctrl-C at the terminal, and still waits for an answer elsewhere', async () => {
    const shown = world.terminal(world.commandLine(request('/v1/interrupted')))
    await shown.says('Anything else denies: ')
    shown.type('\u0003')
    expect(await shown.ended).toBe(130)
    expect((await world.answer('denied')).path).toBe('/v1/interrupted')
    expect(world.seen).toEqual([])
  })

  it('is answered by “latchkey approvals” in another terminal', async () => {
    const args = request('/v1/elsewhere', '--no-prompt')
    await world.latchkey(args)
    const shown = world.terminal(world.commandLine(['approvals']))
    await shown.says('Anything else denies: ')
    shown.type('o\n')
    expect(await shown.ended).toBe(0)
    expect(shown.out).toContain('Allowed.')
    expect((await world.latchkey(args)).code).toBe(0)
  })
})

describe('an answer for ten minutes', () => {
  it('covers the methods that read and the paths that were chosen, until it is revoked', async () => {
    const shown = world.terminal(world.commandLine(request('/v1/a')))
    await shown.says('Anything else denies: ')
    shown.type('t\n')
    await shown.says('anything else means only this path: ')
    shown.type('y\n')
    expect([await shown.ended, shown.out]).toEqual([0, expect.stringContaining('{"ok":true}')])
    expect(await world.latchkey(request('/v1/b', '--method', 'head'))).toEqual({
      code: 0,
      out: '',
      errors: ''
    })
    expect((await world.latchkey(request('/v1/b', '--no-prompt', '--data', 'x'))).code).toBe(77)
    await world.answer('denied')
    const [allowed] = await world.approvals()
    expect(allowed).toMatchObject({ methods: ['GET', 'HEAD'], path: null, duration: '10-minutes' })
    const revoked = await world.latchkey(['approvals', '--revoke', allowed?.id ?? ''])
    expect(revoked).toEqual({ code: 0, out: 'Revoked. What ran with it has ended.\n', errors: '' })
    expect((await world.latchkey(request('/v1/b', '--no-prompt'))).code).toBe(77)
    await world.answer('denied')
    expect(world.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/a', 'HEAD /v1/b'])
  })

  it('ends what is under way when it is revoked: the answer breaks off, and so does the request upstream', async () => {
    const gone = Promise.withResolvers<void>()
    world.handle = (_request, response) => {
      response.once('close', gone.resolve)
      response.write('first')
    }
    await world.allow('stripe')
    const running = world.spawnLatchkey(request('/v1/stream'))
    await running.says('first')
    await world.revokeAll()
    await gone.promise
    expect(await running.ended).toBe(77)
    expect(running.errors).toBe(
      'latchkey: The access to this credential has ended: it was revoked, or Latchkey was locked. (APPROVAL_DENIED)\n'
    )
  })
})
