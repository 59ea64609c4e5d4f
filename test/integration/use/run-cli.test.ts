import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { QuestionView } from '#shared/broker/use.ts'
import { ok, UseWorld } from '../../support/use-world.ts'

const OPENAI = 'sk-proj-4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const STRIPE = 'sk_test_7dcQx8Rw24eC39HqLyjWDarjtT1zdp'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({
    keys: { OPENAI_API_KEY: OPENAI, STRIPE_API_KEY: STRIPE },
    services: ['openai', 'stripe']
  })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

const code = (source: string): readonly string[] => ['--', process.execPath, '-e', source]

describe('run --use', () => {
  beforeAll(() => world.allowHandOut('relay', 'openai', world.host))
  const use = (): readonly string[] => ['run', '--use', 'openai', '--host', world.host, '--no-prompt']

  it('gives a program the address and a dummy of the right shape, and Node’s own fetch gets through', async () => {
    world.handle = (_request, response) => void response.end(`models for ${OPENAI}`)
    const child = `
      const { OPENAI_BASE_URL: url, OPENAI_API_KEY: key } = process.env
      const answer = await fetch(url + '/models', { headers: { authorization: 'Bearer ' + key } })
      console.log(JSON.stringify({ env: process.env, status: answer.status, text: await answer.text() }))`
    const {
      code: exit,
      out,
      errors
    } = await world.latchkey([...use(), '--', process.execPath, '--input-type=module', '-e', child])
    expect([exit, errors]).toEqual([0, ''])
    const { env, status, text } = JSON.parse(out) as {
      readonly env: Readonly<Record<string, string>>
      readonly status: number
      readonly text: string
    }
    expect([status, text]).toEqual([200, 'models for [redacted]'])
    expect(env['OPENAI_BASE_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/v1$/)
    expect(`${env['LATCHKEY_URL_OPENAI']}/v1`).toBe(env['OPENAI_BASE_URL'])
    expect(env['OPENAI_API_KEY']).toMatch(/^sk-[0-9a-f]{48}$/)
    expect(out).not.toContain(OPENAI)
    expect(world.seen).toMatchObject([{ path: '/v1/models', headers: { authorization: `Bearer ${OPENAI}` } }])
    // The vault hears of the end of the program a moment later.
    const fate = (): Promise<unknown> =>
      fetch(env['LATCHKEY_URL_OPENAI'] ?? '').catch(
        ({ cause }: Error) => (cause as NodeJS.ErrnoException).code
      )
    await expect.poll(fate).toBe('ECONNREFUSED')
  })

  it('takes the exit code of the program over, and says the signal that ended it as a shell does', async () => {
    expect((await world.latchkey([...use(), ...code('process.exit(7)')])).code).toBe(7)
    expect((await world.latchkey([...use(), ...code("process.kill(process.pid, 'SIGKILL')")])).code).toBe(137)
    expect(await world.latchkey([...use(), '--', '/nonexistent/program'])).toEqual({
      code: 127,
      out: '',
      errors: 'latchkey: The program could not be started.\n'
    })
  })

  it('leaves Ctrl-C to the terminal, which gives it to the program already: one press is one signal', async () => {
    const file = join(world.home, 'counts.mjs')
    writeFileSync(
      file,
      `let presses = 0
      process.on('SIGINT', () => console.log('press ' + ++presses)).on('SIGTERM', () => process.exit(presses))
      setInterval(() => 0, 1000)
      console.log('started by ' + process.ppid + '.')`
    )
    const running = world.terminal(world.commandLine([...use(), '--', process.execPath, file]))
    await running.says('.')
    running.type('\u0003')
    await running.says('press 1')
    // It is passed on after whatever came before it.
    process.kill(Number(/started by (\d+)/.exec(running.out)?.[1]), 'SIGTERM')
    expect(await running.ended).toBe(1)
    rmSync(file)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on where there is no terminal', async (signal) => {
    const source = `process.on('${signal}', () => process.exit(5)); setInterval(() => 0, 1000); console.log('ready')`
    const running = world.spawnLatchkey([...use(), ...code(source)])
    await running.says('ready')
    running.child.kill(signal)
    expect(await running.ended).toBe(5)
  })

  it('starts nothing where the relay is not allowed', async () => {
    const mark = join(world.home, 'started')
    const args = ['run', '--use', 'stripe', '--host', world.host, '--no-prompt']
    const end = await world.latchkey([...args, ...code(`fs.writeFileSync('${mark}', '')`)])
    expect(end).toMatchObject({ code: 77, out: '' })
    expect(readdirSync(world.home)).not.toContain('started')
    await world.answer('denied')
  })
})

describe('run --reveal', () => {
  const reveal = (): readonly string[] => ['run', '--reveal', 'MY_KEY=stripe', '--no-prompt']

  it('asks in plain words, only for once or ten minutes, and again after once', async () => {
    const shown = world.terminal(
      world.commandLine([
        'run',
        '--reveal',
        'MY_KEY=stripe',
        '--',
        '/bin/sh',
        '-c',
        'test -n "$MY_KEY" && exit 3'
      ])
    )
    await shown.says('Anything else denies: ')
    expect(shown.out).toContain('This terminal wants to be GIVEN THE VALUE of Stripe, STRIPE_API_KEY.')
    expect(shown.out).toContain('Allow it: [o]nce, [t]en minutes? Anything else denies: ')
    await world.asTerminal(async (vault) => {
      const [question] = (await vault.ask('listQuestions')) as readonly QuestionView[]
      const { id = '', digest = '' } = question ?? {}
      const always = { kind: 'allowed', duration: 'always', wholeHost: false }
      await expect(vault.ask('answerQuestion', { id, digest, answer: always })).rejects.toMatchObject({
        problem: { code: 'INVALID_REQUEST', message: 'A value is given out once, or for ten minutes.' }
      })
    })
    shown.type('o\n')
    expect(await shown.ended).toBe(3)
    expect((await world.latchkey([...reveal(), '--', 'true'])).code).toBe(77)
    await world.answer('denied')
  })

  it('puts the value into the environment of the program, and masks it in piped output', async () => {
    await world.allowHandOut('reveal', 'stripe')
    const source = `
      const { MY_KEY } = process.env
      process.stdout.write('is right: ' + (Buffer.from(MY_KEY).toString('hex') === '${Buffer.from(STRIPE).toString('hex')}') + ' ')
      for (const one of MY_KEY) fs.writeSync(1, one)
      fs.writeSync(1, '|' + MY_KEY + '\\n')
      fs.writeSync(2, 'failed with ' + MY_KEY.slice(0, 20))
      fs.writeSync(2, MY_KEY.slice(20))`
    expect(await world.latchkey([...reveal(), ...code(source)])).toEqual({
      code: 0,
      out: 'is right: true [redacted by latchkey]|[redacted by latchkey]\n',
      errors:
        'latchkey: MY_KEY holds the real value for this program and all that it starts\nfailed with [redacted by latchkey]'
    })
  })
})
