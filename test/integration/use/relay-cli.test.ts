import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf, ok, type Running, UseWorld } from '../../support/use-world.ts'

const OPENAI = 'sk-proj-4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { OPENAI_API_KEY: OPENAI }, services: ['openai'] })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

type Opened = { readonly url: string }

/** Opens a relay, which is allowed already. */
async function openRelay(): Promise<{ readonly running: Running; readonly opened: Opened }> {
  const running = world.spawnLatchkey([
    'relay',
    'openai',
    '--host',
    world.host,
    '--no-prompt',
    '--json',
    'all'
  ])
  await running.says('open until you press Ctrl-C')
  return { running, opened: JSON.parse(running.out) as Opened }
}

type Answered = Pick<IncomingMessage, 'statusCode' | 'headers'> & { readonly body: string }

/** Sends to an address on this computer; `headers` replace Node's own. */
async function send(url: string, headers: OutgoingHttpHeaders = {}, body = ''): Promise<Answered> {
  const sent = httpRequest(url, { method: body === '' ? 'GET' : 'POST', headers, agent: false })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const { statusCode = 0 } = response
  return { statusCode, headers: response.headers, body: await bodyOf(response) }
}

/** How a request ends: the system's code, or `answered`. */
async function fateOf(url: string): Promise<string | undefined> {
  return await send(url).then(
    () => 'answered',
    ({ code }: NodeJS.ErrnoException) => code
  )
}

/** What a server says to these lines before it closes; '' if it says nothing. */
async function sendLines(url: string, lines: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let said = ''
  socket.on('data', (bytes: Buffer) => (said += bytes.toString())).on('error', () => undefined)
  socket.write([...lines, '', ''].join('\r\n'))
  await once(socket, 'close')
  return said
}

describe('a relay', () => {
  it('is asked for as itself, and once is for one relay', async () => {
    const args = ['relay', 'openai', '--host', world.host, '--no-prompt']
    expect(await world.latchkey(args)).toMatchObject({ code: 77, out: '' })
    expect(await world.answer('once')).toMatchObject({ mode: 'relay', host: world.host, method: 'ANY' })
    const running = world.spawnLatchkey(args)
    await running.says('open until you press Ctrl-C')
    expect(running.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\n$/)
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(0)
    // The vault hears of the end of the program a moment later.
    await expect.poll(() => fateOf(running.out.trim())).toBe('ECONNREFUSED')
    expect((await world.latchkey(args)).code).toBe(77)
    await world.answer('denied')
  })

  describe('that is open', () => {
    let running: Running
    let url = ''
    beforeAll(async () => {
      await world.allowHandOut('relay', 'openai', world.host)
      const relay = await openRelay()
      running = relay.running
      url = relay.opened.url
    })

    it('adds the key, drops the dummy, and lets no page of another origin read the answer', async () => {
      let body = ''
      world.handle = async (incoming, response) => {
        body = await bodyOf(incoming)
        response.writeHead(201, { 'access-control-allow-origin': '*', 'x-id': '7' }).end(OPENAI)
      }
      const headers = { authorization: 'Bearer dummy', 'x-api-key': 'dummy', referer: url, 'x-own': 'mine' }
      const answered = await send(`${url}/v1/chat?x=1`, headers, '{"model":"m"}')
      expect(answered).toMatchObject({ statusCode: 201, headers: { 'x-id': '7' }, body: '[redacted]' })
      expect(answered.headers).not.toHaveProperty('access-control-allow-origin')
      const [seen] = world.seen
      expect(seen).toMatchObject({
        method: 'POST',
        path: '/v1/chat?x=1',
        headers: { host: world.host, 'x-own': 'mine' }
      })
      expect(seen?.headers['authorization']).toBe(`Bearer ${OPENAI}`)
      expect(seen?.headers).not.toHaveProperty('x-api-key')
      expect(seen?.headers).not.toHaveProperty('referer')
      expect(body).toBe('{"model":"m"}')
    })

    it.each([
      ['another path', () => new URL('/v1/models', url).href, {}],
      ['a path that begins as the secret', () => `${url}x`, {}],
      ['a page, by its Origin', () => url, { origin: 'https://evil.example' }],
      ['a page, by Sec-Fetch-Site', () => url, { 'sec-fetch-site': 'cross-site' }],
      ['a name that leads here, by its Host', () => url, { host: 'evil.example' }]
    ] as const)('is not there for %s', async (_name, address, headers) => {
      expect(await send(address(), headers)).toMatchObject({ statusCode: 404, body: '' })
      expect(world.seen).toEqual([])
    })

    it('is not there for two Host headers, and takes no upgrade and no tunnel', async () => {
      const { host, pathname } = new URL(url)
      const twice = [`GET ${pathname} HTTP/1.1`, `Host: ${host}`, 'Host: evil.example', 'Connection: close']
      expect(await sendLines(url, twice)).toMatch(/^HTTP\/1\.1 40[04] /)
      const upgrade = [
        `GET ${pathname} HTTP/1.1`,
        `Host: ${host}`,
        'Connection: Upgrade',
        'Upgrade: websocket'
      ]
      expect(await sendLines(url, upgrade)).toBe('')
      expect(await sendLines(url, [`CONNECT ${world.host} HTTP/1.1`, `Host: ${host}`])).toBe('')
      expect(world.seen).toEqual([])
    })

    it('keeps to the rules of the service and says why, as an API does', async () => {
      const answered = await send(`${url}/v1/realtime/sessions`, {}, '{}')
      expect(answered.statusCode).toBe(403)
      expect(JSON.parse(answered.body)).toEqual({
        error: {
          type: 'latchkey',
          code: 'ORIGIN_NOT_ALLOWED',
          message: 'Latchkey: A rule denies this request. “latchkey explain” says more.'
        }
      })
      expect(world.seen).toEqual([])
    })

    it('breaks off where the answer of the server breaks off', async () => {
      world.handle = (_request, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('half', () => response.destroy())
      }
      await expect(send(`${url}/v1/cut`)).rejects.toMatchObject({ code: 'ECONNRESET' })
    })

    it('ends when it is revoked, with what runs through it; its address is in no log', async () => {
      const gone = Promise.withResolvers<void>()
      world.handle = (_request, response) => {
        response.once('close', gone.resolve)
        response.write('first')
      }
      const sent = httpRequest(`${url}/v1/stream`, { agent: false }).end()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      await world.revokeAll()
      await gone.promise
      await expect(bodyOf(response)).rejects.toMatchObject({ code: 'ECONNRESET' })
      expect(await running.ended).toBe(0)
      expect(await fateOf(url)).toBe('ECONNREFUSED')
      const secret = new URL(url).pathname.slice(1)
      const rows = (await world.latchkey(['audit', '--json', 'all'])).out
      const files = ['audit.db', 'audit.db-wal'].map((name) => readFileSync(join(world.home, name), 'latin1'))
      expect(rows).toContain('/v1/stream')
      expect(rows + files.join('')).not.toContain(secret)
    })
  })
})
