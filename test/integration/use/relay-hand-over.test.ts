import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf, ok, type Running, UseWorld } from '../../support/use-world.ts'
import { statusOf } from '../../support/vault-processes.ts'

const HAND_OVERS = process.env['LATCHKEY_TRIALS'] === 'full' ? 40 : 3
const AT_ONCE = 6

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({
    keys: { OPENAI_API_KEY: 'sk-proj-4eC39HqLyjWDarjtT1zdp7dcQx8Rw2' },
    services: ['openai'],
    policy: 'clients:\n  terminal:\n    per_minute: 900000\n    per_day: 900000\n'
  })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

/** Opens a relay that the person has allowed for this once. */
async function openOnce(): Promise<{ readonly running: Running; readonly url: string }> {
  const args = ['relay', 'openai', '--host', world.host, '--no-prompt']
  expect((await world.latchkey(args)).code).toBe(77)
  await world.answer('once')
  const running = world.spawnLatchkey(args)
  await running.says('open until you press Ctrl-C')
  return { running, url: running.out.trim() }
}

async function end({ child, ended }: Running): Promise<void> {
  child.kill('SIGINT')
  expect(await ended).toBe(0)
}

/** Asks the vault to end, as the app does that takes the home. */
const handOver = (): Promise<unknown> => world.asTerminal((vault) => vault.ask('handOver'))
const vaultPid = async (): Promise<number> => (await statusOf(world.home)).pid

/** A program that posts to its base URL without a pause, over connections that stay open. */
function program(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const answered: string[] = []
  const lost: string[] = []
  const state = { isOver: false }
  const work = async (index: number): Promise<void> => {
    for (let n = 0; !state.isOver; n += 1) {
      const path = `/v1/${index}/${n}`
      try {
        const sent = httpRequest(`${url}${path}`, { method: 'POST', agent })
        sent.end('{"model":"m"}')
        const [response] = (await once(sent, 'response')) as [IncomingMessage]
        const body = await bodyOf(response)
        if (response.statusCode === 200) answered.push(path)
        else lost.push(`${path}: ${response.statusCode} ${body}`)
      } catch (error) {
        lost.push(`${path}: ${String(error)}`)
      }
    }
  }
  const workers = Array.from({ length: AT_ONCE }, (_, index) => work(index))
  const stop = async (): Promise<void> => {
    state.isOver = true
    await Promise.all(workers)
    agent.destroy()
  }
  return { answered, lost, stop }
}

describe('a relay that was allowed once', () => {
  it(
    `outlives ${HAND_OVERS} hand-overs while a program uses it: no request is lost, none is sent twice`,
    { timeout: 590_000 },
    async () => {
      const { running, url } = await openOnce()
      const { answered, lost, stop } = program(url)
      const vaults = new Set([await vaultPid()])
      for (let n = 0; n < HAND_OVERS; n += 1) {
        await handOver()
        const before = answered.length
        await expect.poll(() => answered.length + lost.length).toBeGreaterThan(before + 2 * AT_ONCE)
        vaults.add(await vaultPid())
      }
      await stop()
      expect(lost).toEqual([])
      expect(world.seen.map(({ path }) => path).toSorted()).toEqual(answered.toSorted())
      expect(vaults.size).toBe(HAND_OVERS + 1)
      await end(running)
      // Each vault has written down what went through it, and that the person was not asked again.
      expect(await world.asTerminal((vault) => vault.ask('listQuestions'))).toEqual([])
      expect((await world.latchkey(['audit', 'verify'])).code).toBe(0)
    }
  )

  it('has ended for the next vault, too, once its program has ended', async () => {
    const { running, url } = await openOnce()
    await handOver()
    await end(running)
    await expect(once(httpRequest(url).end(), 'response')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    const { out } = await world.latchkey(['audit', '--json', 'all'])
    expect(out).not.toContain(new URL(url).pathname.slice(1))
  })

  it('ends with a vault that was killed: nobody has kept what was allowed', async () => {
    const { running, url } = await openOnce()
    process.kill(await vaultPid(), 'SIGKILL')
    expect(await running.ended).toBe(0)
    await expect(once(httpRequest(url).end(), 'response')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
