import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { QuestionView } from '#shared/broker/use.ts'
import { ok, type Running, UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
let runs: Running[] = []
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})
afterEach(async () => {
  for (const { child } of runs) child.stdin?.end()
  await Promise.all(runs.map(({ ended }) => ended))
  runs = []
})

const request = (path: string): readonly string[] => [
  'request',
  'stripe',
  `${world.origin}${path}`,
  '--no-prompt'
]

/** Starts a run of a shell, which takes its commands from the test. */
function startRun(): Running {
  const running = world.spawnLatchkey(['run', '--', 'sh'])
  runs.push(running)
  return running
}

let steps = 0
/** Has the shell of a run run a text, and gives the exit code. */
async function inRun(run: Running, text: string): Promise<number> {
  const mark = `step ${String((steps += 1))} ended with `
  run.type(`${text}; echo "${mark}$?."\n`)
  await run.says(mark)
  return Number(new RegExp(`${mark}(\\d+)\\.`).exec(run.out)?.[1])
}

async function secretOf(run: Running): Promise<string> {
  await inRun(run, 'echo "run is $LATCHKEY_RUN"')
  return /run is ([0-9a-f]{64})\n/.exec(run.out)?.[1] ?? ''
}

async function send(
  env: Readonly<Record<string, string>>,
  path = '/v1/items'
): Promise<number | string | null> {
  return await world.spawnLatchkey(request(path), env).ended
}

describe('a question of a run', () => {
  it('that is left to the person is answered for longer after the run has ended, and no more for it', async () => {
    const end = await world.latchkey(['run', '--', 'sh', '-c', world.commandLine(request('/v1/left'))])
    expect(end.code).toBe(77)
    // The vault hears of the end a moment later.
    const isInRun = async (): Promise<boolean | undefined> =>
      await world.asTerminal(async (vault) => {
        const [question] = (await vault.ask('listQuestions')) as readonly QuestionView[]
        return question?.isInRun
      })
    await expect.poll(isInRun).toBe(false)
    await expect(world.answer('run')).rejects.toMatchObject({ problem: { code: 'INVALID_REQUEST' } })
    expect(await world.answer('10-minutes')).toMatchObject({ path: '/v1/left', isInRun: false })
    expect(await send({}, '/v1/left')).toBe(0)
    await world.revokeAll()
  })

  it('of the command itself is left to the next run, too', async () => {
    const args = ['run', '--use', 'stripe', '--host', world.host, '--no-prompt', '--', 'true']
    expect((await world.latchkey(args)).code).toBe(77)
    expect(await world.answer('once')).toMatchObject({ mode: 'relay', isInRun: false })
    expect((await world.latchkey(args)).code).toBe(0)
  })
})

describe('an approval for a run', () => {
  it('covers what the run starts, at any depth, and ends with it', async () => {
    const run = startRun()
    const items = world.commandLine(request('/v1/items'))
    expect(await inRun(run, items)).toBe(77)
    expect(await world.answer('run')).toMatchObject({ isInRun: true, path: '/v1/items' })
    expect(await inRun(run, items)).toBe(0)
    expect(await inRun(run, `sh -c "sh -c \\"${items.replaceAll("'", '')}\\""`)).toBe(0)
    expect(await world.approvals()).toMatchObject([{ duration: 'run', until: null }])
    const secret = await secretOf(run)
    expect(await send({ LATCHKEY_RUN: secret })).toBe(0)
    run.child.stdin?.end()
    expect(await run.ended).toBe(0)
    await expect.poll(() => world.approvals()).toEqual([])
    expect(await send({ LATCHKEY_RUN: secret })).toBe(77)
    expect(await world.answer('denied')).toMatchObject({ isInRun: false })
  })

  it('is not for another run of the same client, and not for what belongs to none', async () => {
    const [one, other] = [startRun(), startRun()]
    const items = world.commandLine(request('/v1/items'))
    expect(await inRun(one, items)).toBe(77)
    await world.answer('run')
    expect([await inRun(one, items), await inRun(other, items)]).toEqual([0, 77])
    expect(await world.answer('denied')).toMatchObject({ isInRun: true })
    expect(await send({ LATCHKEY_RUN: '' })).toBe(77)
    expect(await world.answer('denied')).toMatchObject({ isInRun: false })
    expect(await inRun(one, items)).toBe(0)
  })

  it.each(['f'.repeat(64), 'not a run', `${'f'.repeat(64)} `])(
    'is not for a run that was made up: %j, which only asks as before',
    async (forged) => {
      expect(await send({ LATCHKEY_RUN: forged })).toBe(77)
      await expect(world.answer('run')).rejects.toMatchObject({ problem: { code: 'INVALID_REQUEST' } })
      expect(await world.answer('denied')).toMatchObject({ isInRun: false })
    }
  )

  it('is not for a run inside the run, which is one of its own', async () => {
    const outer = startRun()
    const items = world.commandLine(request('/v1/items'))
    await inRun(outer, items)
    await world.answer('run')
    const inner = world.commandLine(['run', '--', 'sh', '-c', items.replaceAll("'", '')])
    expect([await inRun(outer, inner), await inRun(outer, items)]).toEqual([77, 0])
    await world.answer('denied')
  })

  it('ends with the vault: what the run has started goes on and is asked about again', async () => {
    const run = startRun()
    const items = world.commandLine(request('/v1/items'))
    await inRun(run, items)
    await world.answer('run')
    expect(await inRun(run, items)).toBe(0)
    await world.endVault()
    expect(await inRun(run, items)).toBe(77)
    expect(await world.answer('denied')).toMatchObject({ isInRun: false })
  })

  it('is offered at the terminal, and asked for once', async () => {
    const once = world.commandLine(request('/v1/items').slice(0, 3)).replaceAll("'", '')
    const typed = world.terminal(
      world.commandLine(['run', '--', 'sh', '-c', `${once} && ${once} && echo both`])
    )
    await typed.says('[o]nce, this [r]un, [t]en minutes, until [l]ock, [a]lways?')
    typed.type('r\n')
    await typed.says('For every path')
    typed.type('n\n')
    expect(await typed.ended).toBe(0)
    expect(typed.out.match(/\[o\]nce/g)).toHaveLength(1)
    expect(typed.out).toContain('both')
  })
})
