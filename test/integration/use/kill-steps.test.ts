import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditRowView } from '#shared/broker/audit.ts'
import type { ApprovalView, QuestionView } from '#shared/broker/use.ts'
import {
  sampleEndpoints,
  sampleGrant,
  sampleProvider,
  sampleTokens
} from '../../../src-main/core/testing/samples.ts'
import { ok, UseWorld } from '../../support/use-world.ts'
import { openTestVault } from '../../support/vault-harness.ts'
import { connectTo, isRunning, statusOf } from '../../support/vault-processes.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
/** A server that takes connections and says nothing, so that TLS never begins. */
let silent: Server
const connections: Socket[] = []

beforeAll(async () => {
  silent = createServer((socket) => connections.push(socket.resume().on('error', () => undefined)))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe', 'github'] })
  const { vault } = await openTestVault({ home: world.home, store: 'file' })
  const endpoints = sampleEndpoints({
    issuer: world.origin,
    authorization: `${world.origin}/authorize`,
    token: `${world.origin}/token`
  })
  await vault.repository.save(
    sampleGrant({
      ref: { service: 'github', account: 'ana' },
      provider: { ...sampleProvider, endpoints },
      tokens: sampleTokens({ expiry: { kind: 'at', at: new Date(0) }, issuedAt: new Date(0) })
    })
  )
  await vault.close()
})
afterAll(async () => {
  for (const socket of connections) socket.destroy()
  silent.close()
  await world.end()
})
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

/** Kills the vault and waits until the system has taken it away. */
async function killVault(): Promise<void> {
  const { pid } = await statusOf(world.home)
  process.kill(pid, 'SIGKILL')
  await vi.waitUntil(() => !isRunning(pid), { timeout: 20_000 })
}

/** The kinds of the rows about a path, as the next vault shows them, the newest first. */
async function rowsOf(path: string): Promise<readonly AuditRowView['kind'][]> {
  const { out } = await world.latchkey(['audit', '--json', 'all'])
  return (JSON.parse(out) as readonly AuditRowView[])
    .filter((row) => row.path === path)
    .map(({ kind }) => kind)
}

/** Allows a request for ten minutes, as if asked before. */
async function allow(
  service: string,
  url: string,
  method = 'POST',
  duration: ApprovalView['duration'] = '10-minutes'
) {
  expect((await world.latchkey(['approvals', '--list'])).code).toBe(0)
  await world.asTerminal(async (vault) => {
    const asked = await vault.ask('use', world.use(service, { url, method }))
    const { id, digest } = (asked as { readonly question: QuestionView }).question
    const answer = { kind: 'allowed', duration, wholeHost: true }
    await vault.ask('answerQuestion', { id, digest, answer })
  })
}

const intents = async (): Promise<number> =>
  await world.asTerminal(async (vault) => {
    const wish = { limit: 100, credential: null, client: null, kind: 'intent' }
    return ((await vault.ask('listAudit', wish)) as readonly AuditRowView[]).length
  })

describe('a vault that is killed: the intent stays open, and the client knows whether to repeat', () => {
  it('while the token is refreshed, before anything goes to the API', async () => {
    const came = Promise.withResolvers<void>()
    world.handle = () => came.resolve()
    await allow('github', `${world.origin}/token-step`)
    const running = world.spawnLatchkey(['request', 'github', `${world.origin}/token-step`, '--data', 'x=1'])
    await came.promise
    expect(world.seen.map(({ path }) => path)).toEqual(['/token'])
    await killVault()
    expect(await running.ended).toBe(69)
    expect(running.errors).toContain('The request may have been done')
    expect(await rowsOf('/token-step')).toEqual(['intent'])
    expect(world.seen.map(({ path }) => path)).not.toContain('/token-step')
  })

  it('with the token, while the body still comes in and before a connection is made', async () => {
    await allow('stripe', `${world.origin}/body-step`)
    const before = await intents()
    const running = world.spawnLatchkey([
      'request',
      'stripe',
      `${world.origin}/body-step`,
      '--data-file',
      '-'
    ])
    running.type('a part')
    await vi.waitUntil(async () => (await intents()) > before, { timeout: 20_000 })
    await killVault()
    expect(await running.ended).toBe(69)
    expect(running.errors).toContain('The request may have been done')
    expect(await rowsOf('/body-step')).toEqual(['intent'])
    expect(world.seen.map(({ path }) => path)).not.toContain('/body-step')
  })

  it('while it connects, before a byte of the request is sent', async () => {
    const host = `localhost:${(silent.address() as AddressInfo).port}`
    world.writePolicy('', `  ca_file: ${world.home}/ca.pem\n`, [host])
    await allow('stripe', `https://${host}/connect-step`, 'GET')
    const running = world.spawnLatchkey(['request', 'stripe', `https://${host}/connect-step`])
    const [socket] = connections.length > 0 ? connections : ((await once(silent, 'connection')) as [Socket])
    const gone = once(socket as Socket, 'close')
    await killVault()
    await gone
    world.writePolicy()
    expect(await running.ended).toBe(69)
    expect(running.errors).toContain('The request only reads, so run it again.')
    expect(await rowsOf('/connect-step')).toEqual(['intent'])
  })

  it('after the server has sent the whole answer, before its outcome is written', async () => {
    const sent = Promise.withResolvers<void>()
    world.handle = (_request, response) => {
      response.once('finish', sent.resolve)
      response.end('x'.repeat(1_500_000))
    }
    await allow('stripe', `${world.origin}/answer-step`, 'GET')
    // A client that reads nothing: the answer waits in the vault.
    const vault = await connectTo(world.home)
    const answer = await vault.stream('use', [world.use('stripe', { url: `${world.origin}/answer-step` })])
    expect(answer.value).toMatchObject({ kind: 'answer', status: 200 })
    await sent.promise
    await killVault()
    const pieces: Uint8Array[] = []
    const reading = (async () => {
      for await (const piece of answer.body ?? []) pieces.push(piece)
    })()
    await expect(reading).rejects.toMatchObject({ problem: { code: 'BROKER_UNREACHABLE' }, isLost: true })
    vault.destroy()
    expect(await rowsOf('/answer-step')).toEqual(['intent'])
  })
})
