import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf, ok, UseWorld } from '../../support/use-world.ts'
import { environmentOf } from '../../support/vault-processes.ts'
import { roomIn } from '../broker/sender-world.ts'
import { startKeyringSession } from '../storage/keyring-session.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const MIB = 1024 * 1024

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

function request(path: string, ...args: readonly string[]): readonly string[] {
  return ['request', 'stripe', `${world.origin}${path}`, ...args]
}

describe('a request that is allowed', () => {
  beforeAll(() => world.allow('stripe', ['GET', 'POST']))
  afterAll(() => world.revokeAll())

  it('sends a text as the body, with headers, and shows the head of the answer', async () => {
    let body = ''
    world.handle = async (incoming, response) => {
      body = await bodyOf(incoming)
      response.writeHead(201, 'Made', { 'x-id': '7', 'set-cookie': 'a=b' }).end('{}')
    }
    const args = [
      '--data',
      'a=1',
      '--header',
      'Idempotency-Key: k 1',
      '--account',
      'STRIPE_API_KEY',
      '--include'
    ]
    const { code, out, errors } = await world.latchkey(request('/v1/made?x=1', ...args))
    expect([code, errors, body]).toEqual([0, '', 'a=1'])
    expect(out).toMatch(/^HTTP 201 Made\nx-id: 7\n(?:.+\n)*\n\{\}$/)
    expect(out).not.toContain('set-cookie')
    expect(world.seen).toMatchObject([
      { method: 'POST', path: '/v1/made?x=1', headers: { 'idempotency-key': 'k 1', 'content-length': '3' } }
    ])
  })

  it('prints the answer as JSON where it is asked for, and ends by its status all the same', async () => {
    world.handle = (_request, response) =>
      void response.writeHead(404, { 'Content-Type': 'application/json' }).end(`{"of":"${KEY}"}`)
    const { code, out, errors } = await world.latchkey(request('/v1/a', '--json', 'status,headers,body'))
    expect([code, errors]).toEqual([1, ''])
    const answer = JSON.parse(out) as { readonly headers: Readonly<Record<string, string>> }
    expect(answer).toMatchObject({ status: 404, body: '{"of":"[redacted]"}' })
    expect(Object.keys(answer)).toEqual(['status', 'headers', 'body'])
    expect(answer.headers['content-type']).toBe('application/json')
    expect(await world.latchkey(request('/v1/a', '--json', 'all', '--include'))).toMatchObject({
      code: 64,
      out: ''
    })
  })

  it('sends a file of 3 MiB as it is', async () => {
    const file = join(world.home, 'upload')
    const bytes = randomBytes(3 * MIB)
    writeFileSync(file, bytes)
    const hash = createHash('sha256')
    world.handle = async (incoming, response) => {
      for await (const piece of incoming as AsyncIterable<Buffer>) hash.update(piece)
      response.end()
    }
    expect(await world.latchkey(request('/v1/files', '--data-file', file))).toMatchObject({
      code: 0,
      errors: ''
    })
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  it('ends with 1 for a status of 400 or more, and prints the answer', async () => {
    world.handle = (_request, response) => void response.writeHead(402).end('{"error":"no funds"}')
    const end = await world.latchkey(request('/v1/charges'))
    expect(end).toEqual({ code: 1, out: '{"error":"no funds"}', errors: '' })
  })

  it('gives a redirect back and does not follow it', async () => {
    world.handle = (_request, response) =>
      void response.writeHead(302, { location: `${world.origin}/b` }).end()
    const { code, out } = await world.latchkey(request('/a', '--include'))
    expect(code).toBe(0)
    expect(out).toContain(`location: ${world.origin}/b\n`)
    expect(world.seen).toHaveLength(1)
  })

  it('brings 50 MiB through unchanged', async () => {
    const piece = Buffer.alloc(MIB, '0123456789abcdef')
    const hash = createHash('sha256')
    world.handle = async (_request, response) => {
      for (let count = 0; count < 50; count += 1) {
        hash.update(piece)
        if (!response.write(piece)) await roomIn(response)
      }
      response.end()
    }
    const running = world.shell(`${world.commandLine(request('/v1/large'))} | sha256sum`)
    expect(await running.ended).toBe(0)
    expect(running.out.slice(0, 64)).toBe(hash.digest('hex'))
  })

  it('ends with Ctrl-C, and the request upstream with it; the key was never in that process', async () => {
    const gone = Promise.withResolvers<void>()
    const came = Promise.withResolvers<void>()
    world.handle = (_request, response) => {
      response.once('close', gone.resolve)
      came.resolve()
    }
    const running = world.spawnLatchkey(request('/v1/slow'))
    await came.promise
    const { pid = 0 } = running.child
    const told = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + JSON.stringify(environmentOf(pid))
    expect(told).toContain('/v1/slow')
    expect(told).not.toContain(KEY)
    running.child.kill('SIGINT')
    await gone.promise
    expect(await running.ended).toBe(130)
    expect([running.out, running.errors]).toEqual(['', ''])
  })

  it('ends with 69 and a sentence if the answer is cut off, and prints what came before', async () => {
    world.handle = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    }
    expect(await world.latchkey(request('/v1/cut'))).toEqual({
      code: 69,
      out: 'half',
      errors: 'latchkey: The answer was cut off before its end. (PROVIDER_UNREACHABLE)\n'
    })
  })
})

describe('a request that can not be sent now', () => {
  it('ends with 69 where nobody answers, and with 69 where the certificate is of another authority', async () => {
    await world.allow('stripe')
    world.writePolicy('', '')
    const untrusted = await world.latchkey(request('/'))
    world.writePolicy()
    expect(untrusted).toMatchObject({ code: 69, errors: expect.stringContaining('(CERTIFICATE_REFUSED)') })
    world.upstream.close()
    await once(world.upstream.server, 'close')
    const { code, errors } = await world.latchkey(request('/'))
    expect([code, errors]).toEqual([
      69,
      'latchkey: The host could not be reached. Check the address and the network, then try again. (PROVIDER_UNREACHABLE)\n'
    ])
  })
})

describe('a key in the keychain of the system', () => {
  it('is used while the keychain is open; while it is locked, the request ends with 75', async () => {
    const session = await startKeyringSession()
    await session.startDaemon()
    const env = { ...(session.environment as Record<string, string>), LATCHKEY_STORE: 'keychain' }
    const own = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'], env })
    await own.allow('stripe')
    const args = ['request', 'stripe', `${own.origin}/v1/x`]
    const ends = [await own.latchkey(args)]
    session.lock()
    ends.push(await own.latchkey(args))
    const seen = own.seen.map(({ headers }) => headers['authorization'])
    await own.end()
    await session.close()
    expect(ends).toEqual([
      { code: 0, out: '{"ok":true}', errors: '' },
      {
        code: 75,
        out: '',
        errors: 'latchkey: The keychain is locked. Unlock it and try again. (KEYCHAIN_LOCKED)\n'
      }
    ])
    expect(seen).toEqual([`Bearer ${KEY}`])
  })
})
