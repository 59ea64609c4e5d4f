import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { QuestionView } from '#shared/broker/use.ts'
import { UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const PENDING =
  'latchkey: This needs your approval, and nothing was sent. Answer it in Latchkey’s window or with “latchkey approvals” in a terminal, then try again. (APPROVAL_PENDING)\n'
const NOT_ASKED =
  'latchkey: This needs your approval, and nothing was sent. Answer it with “latchkey approvals”, then run this again. (APPROVAL_DENIED)\n'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
  const kept = await world.latchkey(['key', 'save', 'work', '--host', world.host], `${KEY}\n`)
  expect(kept).toMatchObject({ code: 0 })
  const tool = {
    tool_id: 'charges',
    executor_id: 'http_client',
    version: '1.0.0',
    auth_service: 'stripe',
    required_scope: '*',
    config: { method: 'GET', url: `${world.origin}/v1/charges` }
  }
  writeFileSync(join(world.home, 'tool.json'), JSON.stringify(tool))
})
afterAll(() => world.end())
beforeEach(() => (world.seen.length = 0))
afterEach(async () => {
  await world.latchkey(['approvals', '--list']) // a vault runs
  await world.asTerminal(async (vault) => {
    for (const { id, digest } of (await vault.ask('listQuestions')) as readonly QuestionView[]) {
      await vault.ask('answerQuestion', { id, digest, answer: { kind: 'denied' } })
    }
  })
})

const commands: readonly (readonly [string, () => readonly string[], readonly string[]])[] = [
  ['request', () => ['request', 'stripe', `${world.origin}/v1/charges`], []],
  ['relay', () => ['relay', 'stripe', '--host', world.host], []],
  ['run --use', () => ['run', '--use', 'stripe', '--host', world.host], ['--', 'true']],
  ['run --reveal', () => ['run', '--reveal', 'MY_KEY=stripe'], ['--', 'true']],
  ['tool', () => ['tool', join(world.home, 'tool.json'), 'charges'], []],
  ['token', () => ['token', 'stripe'], []],
  ['key load', () => ['key', 'load', 'work'], []]
]

describe.each(commands)('%s, where nobody can be asked', (_name, command, rest) => {
  it('ends with 75 and says where to answer; the question waits', async () => {
    expect(await world.latchkey([...command(), ...rest])).toEqual({ code: 75, out: '', errors: PENDING })
    expect((await world.latchkey(['approvals', '--list'])).out).toMatch(/^waits {2}This terminal wants to /)
    expect(world.seen).toEqual([])
  })

  it('ends with 77 and --no-prompt', async () => {
    const ended = await world.latchkey([...command(), '--no-prompt', ...rest])
    expect(ended).toEqual({ code: 77, out: '', errors: NOT_ASKED })
  })

  it('ends with 75 where the terminal ends before an answer, and with 77 where the answer is no', async () => {
    const left = world.terminal(world.commandLine([...command(), ...rest]))
    await left.says('Anything else denies: ')
    left.type('\u0004')
    expect(await left.ended).toBe(75)
    expect(left.out).toContain('(APPROVAL_PENDING)')
    expect((await world.latchkey(['approvals', '--list'])).out).toContain('waits  This terminal wants to ')
    await world.answer('denied')
    const denied = world.terminal(world.commandLine([...command(), ...rest]))
    await denied.says('Anything else denies: ')
    denied.type('n\n')
    expect(await denied.ended).toBe(77)
    expect(denied.out).toContain('(APPROVAL_DENIED)')
  })
})

it('uses the answer for once that another terminal gave, also in the next run', async () => {
  const run = ['run', '--reveal', 'MY_KEY=stripe', '--', 'sh', '-c', 'test -n "$MY_KEY" && exit 3']
  expect((await world.latchkey(run)).code).toBe(75)
  await world.answer('once')
  expect((await world.latchkey(run)).code).toBe(3)
})

describe('approvals, where nobody can be asked', () => {
  it('ends with 75 while a question waits', async () => {
    await world.latchkey(['token', 'stripe', '--no-prompt'])
    expect(await world.latchkey(['approvals'])).toEqual({
      code: 75,
      out: '',
      errors:
        'latchkey: No terminal answered, and the question waits. Run this in a terminal. (APPROVAL_PENDING)\n'
    })
  })

  it('ends with 75 where the terminal ends before an answer', async () => {
    await world.latchkey(['token', 'stripe', '--no-prompt'])
    const left = world.terminal(world.commandLine(['approvals']))
    await left.says('Anything else denies: ')
    left.type('\u0004')
    expect(await left.ended).toBe(75)
    expect((await world.answer('denied')).mode).toBe('reveal')
  })
})
