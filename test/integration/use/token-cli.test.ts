import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRowView } from '#shared/broker/audit.ts'
import { UseWorld } from '../../support/use-world.ts'

const OPENAI = 'sk-0123456789abcdefghijABCDEFGHIJ'
const TOOL = 'first-key-0123456789abcdefghij'
const NEXT = 'next-key-0123456789abcdefghijk'
let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({
    keys: { OPENAI_API_KEY: OPENAI, ANTHROPIC_API_KEY: `sk-ant-${TOOL}`, TOOL_API_KEY: TOOL },
    services: ['openai']
  })
})
afterAll(() => world.end())

async function actions(): Promise<readonly string[]> {
  const { out } = await world.latchkey(['audit', '--json', 'kind,action'])
  const rows = JSON.parse(out) as readonly Pick<AuditRowView, 'kind' | 'action'>[]
  return rows.map(({ kind, action }) => `${kind} ${action}`)
}

describe('latchkey token', () => {
  it('gives nothing before the person has allowed it', async () => {
    const ended = await world.latchkey(['token', 'openai', '--no-prompt'])
    expect(ended).toMatchObject({ code: 77, out: '' })
    expect(ended.errors).toContain('(APPROVAL_DENIED)')
    expect(await actions()).not.toContain('intent reveal')
  })

  it('prints the value alone, says so beside it, and stands in the log', async () => {
    await world.answer('10-minutes') // the question that the call before has left
    const ended = await world.latchkey(['token', 'openai'])
    expect(ended).toEqual({
      code: 0,
      out: `${OPENAI}\n`,
      errors: 'latchkey: this is the real value; whoever has it can use it without Latchkey\n'
    })
    expect(await actions()).toEqual(expect.arrayContaining(['intent reveal', 'outcome reveal']))
  })

  it('prints the line of a request as the service wants it', async () => {
    expect((await world.latchkey(['token', 'openai', '--header'])).out).toBe(
      `Authorization: Bearer ${OPENAI}\n`
    )
    await world.allowHandOut('reveal', 'anthropic')
    const { out } = await world.latchkey(['token', 'anthropic', '--json', 'header'])
    expect(JSON.parse(out)).toEqual({ header: `x-api-key: sk-ant-${TOOL}` })
  })

  it('asks at the terminal, with standard output free for the value', async () => {
    await world.revokeAll()
    const asking = world.terminal(`${world.commandLine(['token', 'openai'])} > '${world.home}/value'`)
    await asking.says('Allow it: ')
    asking.type('x\n')
    expect([await asking.ended, asking.out]).toEqual([77, expect.stringContaining('Denied.')])
    expect(asking.out).not.toContain(OPENAI)
  })

  it('says that there is no such entry', async () => {
    expect(await world.latchkey(['token', 'nobody'])).toMatchObject({ code: 4, out: '' })
  })
})

describe('latchkey rotate', () => {
  it('stores a new key beside the one in use, and switches to an untested one only if told to', async () => {
    const stored = await world.latchkey(['rotate', 'tool'], `${NEXT}\n`)
    expect(stored).toMatchObject({ code: 1, errors: '' })
    expect(stored.out).toContain('not in use')
    const switched = await world.latchkey(['rotate', 'tool', '--untested', '--json', 'inUse,works'])
    expect(switched.code).toBe(0)
    expect(JSON.parse(switched.out)).toEqual({ inUse: 'new', works: 'unknown' })
    await world.allowHandOut('reveal', 'tool')
    expect((await world.latchkey(['token', 'tool'])).out).toBe(`${NEXT}\n`)
  })

  it('goes back to the former key, and shows neither', async () => {
    const back = await world.latchkey(['rotate', 'tool', '--undo'])
    expect(back).toMatchObject({ code: 0, errors: '' })
    expect((await world.latchkey(['token', 'tool'])).out).toBe(`${TOOL}\n`)
    for (const key of [NEXT, TOOL]) expect(back.out).not.toContain(key)
  })

  it.each([
    [['rotate', 'tool', '--finish'], 'INVALID_REQUEST'],
    [['refresh', 'tool'], 'INVALID_REQUEST']
  ])('says what can not be done, and changes nothing: %j', async (args, problem) => {
    const ended = await world.latchkey(args)
    expect(ended).toMatchObject({ code: 64, out: '', errors: expect.stringContaining(problem) as string })
  })
})
