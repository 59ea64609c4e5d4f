import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditRowView } from '#shared/broker/audit.ts'
import { ok, type Running, UseWorld } from '../../support/use-world.ts'
import { isRunning, statusOf, vaultsOf } from '../../support/vault-processes.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const LOST = 'latchkey: The connection to Latchkey was lost before the answer was complete.'
const MAY_BE_DONE = `${LOST} The request may have been done: “latchkey audit” says whether it was begun. Repeat it only if doing it twice does no harm. (BROKER_UNREACHABLE)\n`
const ONLY_READS = `${LOST} The request only reads, so run it again. (BROKER_UNREACHABLE)\n`
const NOTHING_SENT =
  'latchkey: The connection to Latchkey was lost. Nothing was sent, so run it again. (BROKER_UNREACHABLE)\n'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

const request = (path: string, ...args: readonly string[]): readonly string[] => [
  'request',
  'stripe',
  `${world.origin}${path}`,
  ...args
]

/** Kills the vault and waits until the system has taken it away. */
async function killVault(): Promise<void> {
  const { pid } = await statusOf(world.home)
  process.kill(pid, 'SIGKILL')
  await vi.waitUntil(() => !isRunning(pid), { timeout: 20_000 })
}

/** The rows about a path, the newest first, as a vault shows them that was started after the kill. */
async function rowsOf(path: string): Promise<readonly AuditRowView[]> {
  const { code, out, errors } = await world.latchkey(['audit', '--json', 'all'])
  expect([code, errors]).toEqual([0, ''])
  expect(vaultsOf(world.home)).toHaveLength(1)
  return (JSON.parse(out) as readonly AuditRowView[]).filter((row) => row.path === path)
}

/** The next vault knows of one use that it can not tell the end of; nothing was sent twice, and it works. */
async function expectOpenIntent(path: string): Promise<void> {
  const rows = await rowsOf(path)
  expect(rows).toMatchObject([{ kind: 'intent', action: 'use', credential: '["stripe","STRIPE_API_KEY"]' }])
  const { out } = await world.latchkey(['explain', String(rows[0]?.seq)])
  expect(out).toContain('Still running, or Latchkey quit before it ended.\n')
  expect(world.seen.map((seen) => seen.path)).toEqual([path])
  world.handle = ok
  expect((await world.latchkey(request('/after', '--no-prompt'))).code).toBe(77)
  await world.answer('once')
  expect(await world.latchkey(request('/after'))).toEqual({ code: 0, out: '{"ok":true}', errors: '' })
}

async function endOf(running: Running): Promise<readonly unknown[]> {
  return [await running.ended, running.out, running.errors]
}

describe('a vault that is killed', () => {
  it('while its question waits at the terminal: the answer is not taken, and nothing was sent', async () => {
    const shown = world.terminal(world.commandLine(request('/question')))
    await shown.says('Anything else denies: ')
    await killVault()
    shown.type('o\n')
    expect(await shown.ended).toBe(69)
    expect(shown.out.replaceAll('\r\n', '\n')).toContain(NOTHING_SENT)
    expect(await rowsOf('/question')).toEqual([])
    const listed = await world.latchkey(['approvals', '--list'])
    expect(listed.out).toBe('Nothing is allowed beyond single requests, and no question waits.\n')
    expect(world.seen).toEqual([])
  })

  it('after the intent was written and before the server answered', async () => {
    const came = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    world.handle = (_request, response) => {
      response.once('close', gone.resolve)
      came.resolve()
    }
    await world.allow('stripe', ['POST'])
    const running = world.spawnLatchkey(request('/intent', '--data', 'charge=1'))
    await came.promise
    await killVault()
    expect(await endOf(running)).toEqual([69, '', MAY_BE_DONE])
    await gone.promise
    await expectOpenIntent('/intent')
  })

  it('in the middle of an answer: what came is printed, and its end is not a clean one', async () => {
    world.handle = (_request, response) => void response.write('first half')
    await world.allow('stripe')
    const running = world.spawnLatchkey(request('/body'))
    await running.says('first half')
    await killVault()
    expect(await endOf(running)).toEqual([69, 'first half', ONLY_READS])
    await expectOpenIntent('/body')
  })

  it('during an upload: the server sees it break off, and the program ends though its input does not', async () => {
    const came = Promise.withResolvers<IncomingMessage>()
    world.handle = (incoming) => came.resolve(incoming)
    await world.allow('stripe', ['POST'])
    const running = world.spawnLatchkey(request('/upload', '--data-file', '-'))
    running.type('x'.repeat(3 * 1024 * 1024))
    const incoming = await came.promise
    const first = (await once(incoming, 'data')) as [Buffer]
    expect(first[0].length).toBeGreaterThan(0)
    const broken = once(incoming, 'error')
    await killVault()
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }])
    expect(await endOf(running)).toEqual([69, '', MAY_BE_DONE])
    await expectOpenIntent('/upload')
  })

  it('while a relay is open: the relay ends, and so does the program that keeps it open', async () => {
    expect((await world.latchkey(['approvals', '--list'])).code).toBe(0)
    await world.allowHandOut('relay', 'stripe', world.host)
    const running = world.spawnLatchkey(['relay', 'stripe', '--host', world.host])
    await running.says('open until you press Ctrl-C')
    const url = running.out.trim()
    const came = Promise.withResolvers<void>()
    world.handle = () => came.resolve()
    const asked = fetch(`${url}/relayed`, { method: 'POST', body: 'x' }).then(
      async (answer) => await answer.text(),
      () => 'broken off'
    )
    await came.promise
    await killVault()
    // The answer of the relay and its end come at the same time.
    expect(await asked).toMatch(/^broken off$|The request may have been done/)
    expect(await running.ended).toBe(0)
    await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    const { out } = await world.latchkey(['audit', '--json', 'all'])
    const open = (JSON.parse(out) as readonly AuditRowView[]).slice(0, 2)
    expect(open).toMatchObject([
      { kind: 'intent', action: 'use', path: '/relayed' },
      { kind: 'intent', action: 'relay' }
    ])
  })

  it('while a tool runs: it is told that its request may have been done', async () => {
    const came = Promise.withResolvers<void>()
    world.handle = () => came.resolve()
    const path = join(world.home, 'charge.json')
    const config = { method: 'POST', url: `${world.origin}/tool`, body: { charge: 1 } }
    const auth = { auth_service: 'stripe', required_scope: 'charges' }
    const manifest = { tool_id: 'charge', executor_id: 'http_client', version: '1.0.0', ...auth, config }
    writeFileSync(path, JSON.stringify(manifest))
    expect((await world.latchkey(['tool', path, 'charge', '--no-prompt'])).code).toBe(77)
    await world.answer('once')
    const running = world.spawnLatchkey(['tool', path, 'charge'])
    await came.promise
    await killVault()
    expect(await endOf(running)).toEqual([69, '', MAY_BE_DONE])
    await expectOpenIntent('/tool')
  })
})
