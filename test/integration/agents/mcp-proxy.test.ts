import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AgentHost, type Era } from '../../support/agent-host.ts'
import { RemoteMcpServer } from '../../support/remote-mcp-server.ts'
import { UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
let remote: RemoteMcpServer
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())
beforeEach(() => {
  remote = new RemoteMcpServer(KEY)
  world.handle = remote.handle
  world.seen.length = 0
})

const start = (era: Era): Promise<AgentHost> =>
  AgentHost.start({ era, env: world.env, command: 'mcp-proxy', args: [`${world.origin}/mcp`] })

describe.each(['legacy', 'modern'] as const)(
  'a remote server behind latchkey mcp-proxy, in the %s protocol',
  (era) => {
    beforeEach(() => world.allowHandOut('relay', 'stripe', world.host))
    afterEach(() => world.revokeAll())

    it('gets the token that the host does not have, and its tools answer', async () => {
      const host = await start(era)
      try {
        const { tools } = await host.client.listTools()
        expect(tools.map(({ name }) => name)).toEqual(['echo', 'token', 'slow'])
        const texts = Array.from({ length: 5 }, (_, at) => `text ${String(at)} €`)
        const answers = await Promise.all(texts.map((text) => host.call('echo', { text })))
        expect(answers.map(({ text }) => text)).toEqual(texts)
        expect(new Set(remote.seen.map(({ authorization }) => authorization))).toEqual(
          new Set([`Bearer ${KEY}`])
        )
      } finally {
        await host.end()
      }
    })

    it('does not get it to the host by giving it back', async () => {
      const host = await start(era)
      try {
        const { text } = await host.call('token')
        expect(text).not.toContain(KEY)
      } finally {
        await host.end()
      }
    })

    it('is told of a cancel', async () => {
      const host = await start(era)
      const begun = Promise.withResolvers<void>()
      remote.slow = async () => {
        begun.resolve()
        await remote.cancelled.promise
      }
      try {
        const stop = new AbortController()
        const call = host.client
          .callTool({ name: 'slow' }, { signal: stop.signal })
          .catch((error: unknown) => error)
        await begun.promise
        stop.abort()
        await remote.cancelled.promise
        expect(await call).toBeInstanceOf(Error)
      } finally {
        await host.end()
      }
    })

    it('is told in a fixed sentence to the host where it refuses the token', async () => {
      const other = new RemoteMcpServer('another')
      const host = await start(era)
      world.handle = other.handle
      try {
        const call = host.client.callTool({ name: 'echo', arguments: { text: 'x' } })
        await expect(call).rejects.toThrow('Sign in to it again in Latchkey.')
      } finally {
        await host.end()
      }
    })
  }
)

it('takes leave of a server with sessions', async () => {
  await world.allowHandOut('relay', 'stripe', world.host)
  const host = await start('legacy')
  expect(remote.sessions).toBe(1)
  await host.end()
  await expect.poll(() => remote.sessions).toBe(0)
  await world.revokeAll()
})

describe('the question for a remote server', () => {
  it('is one for everything that is sent to it', async () => {
    const starting = start('modern')
    await expect
      .poll(() => world.asTerminal(async (vault) => (await vault.ask('listQuestions')) as readonly unknown[]))
      .toHaveLength(1)
    expect(remote.seen).toEqual([])
    expect(await world.answer('10-minutes')).toMatchObject({ mode: 'relay', host: world.host })
    const host = await starting
    expect((await host.call('echo', { text: 'later' })).text).toBe('later')
    await host.end()
    await world.revokeAll()
  })

  it('stays denied for this process, and nobody is asked again', async () => {
    const starting = start('legacy').catch((error: unknown) => String(error))
    await expect
      .poll(() => world.asTerminal(async (vault) => (await vault.ask('listQuestions')) as readonly unknown[]))
      .toHaveLength(1)
    await world.answer('denied')
    expect(await starting).toContain('The person denied it.')
    expect(remote.seen).toEqual([])
  })
})

describe('latchkey mcp-proxy', () => {
  it.each([
    ['http://mcp.example.com/mcp', 64, 'URL is the https address'],
    ['https://user:secret@mcp.example.com/mcp', 64, 'URL is the https address'],
    ['https://mcp.example.com/mcp', 4, 'Nothing is kept that may be sent to this server.']
  ])('says what is wrong with %s and repeats nothing of it', async (url, code, sentence) => {
    const end = await world.latchkey(['mcp-proxy', url])
    expect(end).toMatchObject({ code, out: '' })
    expect(end.errors).toContain(sentence)
    expect(end.errors).not.toContain('secret')
  })
})

describe.each([400, 404, 405])(
  'a remote server of the older HTTP with SSE, which answers POST with %i',
  (status) => {
    beforeEach(() => world.allowHandOut('relay', 'stripe', world.host))
    afterEach(() => world.revokeAll())

    it('is told apart, with what to do', async () => {
      const gone = Promise.withResolvers<void>()
      world.handle = ({ method }, response) => {
        if (method !== 'GET') return void response.writeHead(status).end()
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('event: endpoint\ndata: /messages?sessionId=1\n\n')
        response.on('close', () => gone.resolve())
      }
      await expect(start('legacy')).rejects.toThrow('speaks only the older HTTP with SSE')
      await gone.promise
      expect(world.seen.map(({ method }) => method)).toContain('GET')
    })
  }
)

it('A server that answers neither way is not taken for an older one', async () => {
  await world.allowHandOut('relay', 'stripe', world.host)
  world.handle = (_request, response) => void response.writeHead(405).end()
  await expect(start('legacy')).rejects.toThrow('The MCP server answered with status 405.')
  await world.revokeAll()
})
