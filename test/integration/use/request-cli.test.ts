import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { roomIn } from '../broker/sender-world.ts'
import { bodyOf, ok, UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

const requestOf = (path: string, ...args: readonly string[]): readonly string[] => [
  'request',
  'stripe',
  `${world.origin}${path}`,
  ...args
]

describe('a question of a request', () => {
  it('waits with --no-prompt until it is answered, and an answer for once is for one request', async () => {
    const args = requestOf('/v1/once', '--no-prompt', '--reason', 'refund 12')
    expect(await world.latchkey(args)).toEqual({
      code: 77,
      out: '',
      errors:
        'latchkey: This needs your approval, and nothing was sent. Answer it with “latchkey approvals”, then run this again. (APPROVAL_DENIED)\n'
    })
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
    expect(world.seen).toMatchObject([{ method: 'GET', path: '/v1/once', headers: { authorization: `Bearer ${KEY}` } }])
    expect((await world.latchkey(args)).code).toBe(77)
    expect(world.seen).toHaveLength(1)
    await world.answer('denied')
  })
})
