import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AuditRowView } from '#shared/broker/audit.ts'
import { UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const SENT = { code: 0, out: '{"ok":true}', errors: '' }

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
  const args = ['request', 'stripe', `${world.origin}/`, '--no-prompt']
  expect((await world.latchkey(args)).code).toBe(77)
  await world.answer('always', true)
})
afterAll(() => world.end())
beforeEach(() => {
  world.seen.length = 0
})

const request = (path: string, ...args: readonly string[]) =>
  world.latchkey(['request', 'stripe', `${world.origin}${path}`, '--no-prompt', ...args])

async function newestRow(): Promise<AuditRowView> {
  const { out } = await world.latchkey(['audit', '--json', 'all', '--limit', '1'])
  const [row] = JSON.parse(out) as readonly AuditRowView[]
  return row as AuditRowView
}

const limit = (line: string): void => world.writePolicy(`clients:\n  terminal:\n    ${line}\n`)

describe('the budget of a program', () => {
  it('of a day is not given back by a vault that starts again', async () => {
    limit('per_day: 2')
    expect([await request('/1'), await request('/2')]).toEqual([SENT, SENT])
    await world.endVault()
    const refused = await request('/3')
    expect([refused.code, refused.out]).toEqual([77, ''])
    expect(refused.errors).toContain('This program has sent all the requests that it may send in a day.')
    expect(world.seen.map(({ path }) => path)).toEqual(['/1', '/2'])
    expect(await newestRow()).toMatchObject({ kind: 'refused', code: 'budget-day', path: '/3' })
  })

  it('is not used by questions, and the person is not asked once it is used up', async () => {
    limit('per_day: 3')
    for (const path of ['/4', '/5', '/6']) expect((await request(path, '--data', 'x=1')).code).toBe(77)
    expect(await newestRow()).toMatchObject({ path: '/3' })
    expect(await request('/7')).toEqual(SENT)
    expect((await request('/8', '--method', 'PUT')).errors).toContain('that it may send in a day')
  })

  it('of a minute refuses with a reason that is explained', async () => {
    limit('per_minute: 1')
    await world.endVault()
    expect(await request('/9')).toEqual(SENT)
    expect((await request('/10')).code).toBe(77)
    const { seq, code } = await newestRow()
    expect(code).toBe('budget-minute')
    expect((await world.latchkey(['explain', String(seq)])).out).toContain(
      'Because the program had sent all it may send in a minute.\n'
    )
  })
})
