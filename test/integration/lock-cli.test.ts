import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Running, UseWorld } from '../support/use-world.ts'

const PASSPHRASE = 'correct horse battery staple'
const KEY = 'sk-0123456789abcdefghijABCDEFGHIJ'
let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({
    keys: { OPENAI_API_KEY: KEY },
    services: [],
    env: { LATCHKEY_STORE: 'auto' }
  })
  const moved = await world.latchkey(['move', '--to', 'encrypted-file', '--json', 'moved'], `${PASSPHRASE}\n`)
  expect(moved.code).toBe(0)
  expect((JSON.parse(moved.out) as { moved: number }).moved).toBeGreaterThan(0)
})
afterAll(() => world.end())

it('ends what was allowed and locks the store, which is then asked for at a terminal alone', async () => {
  await world.allowHandOut('reveal', 'openai')
  expect((await world.latchkey(['token', 'openai'])).out).toBe(`${KEY}\n`)

  expect(await world.latchkey(['lock'])).toMatchObject({
    code: 0,
    errors: '',
    out: expect.stringMatching(/^Locked\./) as string
  })
  expect((await world.latchkey(['status'])).code).toBe(75)
  expect((await world.latchkey(['show', 'openai'])).out).toContain('latchkey unlock')
  expect(await world.latchkey(['token', 'openai', '--no-prompt'])).toMatchObject({ out: '' })

  const piped = await world.latchkey(['unlock'], `${PASSPHRASE}\n`)
  expect(piped).toMatchObject({
    code: 75,
    out: '',
    errors: expect.stringContaining('(VAULT_LOCKED)') as string
  })

  const interrupted = world.terminal(world.commandLine(['unlock']))
  await interrupted.says('Passphrase of the store in use: ')
  interrupted.type('\u0003')
  expect(await interrupted.ended).toBe(130)
  expect((await world.latchkey(['status'])).code).toBe(75)

  const wrong = unlockWith('not the passphrase')
  expect([await wrong.ended, wrong.out]).toEqual([75, expect.stringContaining('(VAULT_LOCKED)')])
  const right = unlockWith(PASSPHRASE)
  expect([await right.ended, right.out]).toEqual([0, expect.stringContaining('Unlocked')])
  for (const { out } of [wrong, right]) expect(out).not.toContain(PASSPHRASE)
  expect((await world.latchkey(['status', 'openai'])).code).toBe(0)
  expect(await world.latchkey(['unlock', '--json', 'wasLocked'])).toMatchObject({ code: 0, errors: '' })
})

/** Types a passphrase once it is asked for, in a terminal of its own. */
function unlockWith(passphrase: string): Running {
  const running = world.terminal(world.commandLine(['unlock']))
  void running.says('Passphrase of the store in use: ').then(() => running.type(`${passphrase}\n`))
  return running
}
