import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type * as face from '../../../src-client/face.ts'
import * as real from '../../../src-main/client.ts'
import { allowedToken, connectTo } from '../../support/client-world.ts'
import { bodyOf, ok, UseWorld } from '../../support/use-world.ts'
import { endVaults } from '../../support/vault-processes.ts'

const { ApprovalRequired, AuthenticationRequired, connect, LatchkeyError, RefreshError } = real
const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
let client: face.Latchkey
/** What the provider answers to a refresh: a status and a body. */
let refreshed: readonly [number, unknown] = [500, {}]

beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe', 'forge'] })
  const { origin } = world
  const endpoints = {
    kind: 'fixed',
    issuer: origin,
    authorization: `${origin}/auth`,
    token: `${origin}/token`
  }
  const more = { revocation: null, userinfo: null, deviceAuthorization: null, introspection: null }
  const forge = { kind: 'oauth', id: 'forge', name: 'Forge', endpoints: { ...endpoints, ...more } }
  writeFileSync(join(world.home, 'providers.json'), JSON.stringify({ providers: [forge] }), { mode: 0o600 })
  await world.endVault() // the one that imported the key has read no providers.json
  client = await connectTo(world)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await world.end()
})
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

/** The error that the promise ends with. */
const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => null,
    (error: unknown) => error
  )

it('is what its types say', () => {
  const described: Pick<typeof face, keyof typeof real> = real
  expect(Object.keys(described).toSorted()).toEqual([
    'ApprovalRequired',
    'AuthenticationRequired',
    'LatchkeyError',
    'RefreshError',
    'connect'
  ])
})

describe('a request', () => {
  it('is not sent before the person has allowed it, and says where to answer', async () => {
    const error = await failure(client.request('stripe', `${world.origin}/v1/first`))
    expect(error).toBeInstanceOf(ApprovalRequired)
    expect((error as Error).message).toContain('latchkey approvals')
    expect(world.seen).toEqual([])
    expect(await world.answer('denied')).toMatchObject({ path: '/v1/first', mode: 'use' })
  })

  describe('that is allowed', () => {
    beforeAll(() => world.allow('stripe', ['GET', 'POST']))
    afterAll(() => world.revokeAll())

    it('looks like fetch: body, headers, status, address', async () => {
      let body = ''
      world.handle = async (incoming, response) => {
        body = await bodyOf(incoming)
        response.writeHead(201, 'Made', { 'x-id': '7' }).end('{"id":7}')
      }
      const url = `${world.origin}/v1/made?x=1`
      const headers = { 'Idempotency-Key': 'k 1' }
      const response = await client.request('stripe', url, { method: 'POST', headers, body: 'a=ü' })
      expect([response.status, response.statusText, response.ok, response.url]).toEqual([
        201,
        'Made',
        true,
        url
      ])
      expect([response.headers.get('X-Id'), await response.json(), body]).toEqual(['7', { id: 7 }, 'a=ü'])
      expect(world.seen).toMatchObject([
        {
          method: 'POST',
          path: '/v1/made?x=1',
          headers: { 'idempotency-key': 'k 1', authorization: `Bearer ${KEY}` }
        }
      ])
    })

    it('gives back a redirect, an error, and an answer without a body', async () => {
      const statuses: number[] = []
      for (const [status, text] of [
        [302, ''],
        [404, 'no'],
        [204, '']
      ] as const) {
        world.handle = (_request, response) => {
          response.writeHead(status, { location: 'https://elsewhere.example/' }).end(text)
        }
        const response = await client.request('stripe', `${world.origin}/`)
        expect(await response.text()).toBe(text)
        statuses.push(response.status)
      }
      expect(statuses).toEqual([302, 404, 204])
      expect(world.seen).toHaveLength(3)
    })

    it('removes the credential from the answer', async () => {
      world.handle = (_request, response) => {
        response.writeHead(200, { 'x-echo': KEY }).end(`it is ${KEY}`)
      }
      const response = await client.request('stripe', `${world.origin}/`)
      expect([response.headers.get('x-echo'), await response.text()].join()).not.toContain(KEY)
    })

    it('streams a body of 3 MiB both ways, four at once', async () => {
      const bytes = new Uint8Array(3 * 1024 * 1024).map((_byte, at) => at % 251)
      world.handle = (incoming, response) => void incoming.pipe(response)
      const answers = await Promise.all(
        [1, 2, 3, 4].map(async () => {
          const sending = { method: 'POST', body: new Blob([bytes]).stream() }
          const response = await client.request('stripe', `${world.origin}/echo`, sending)
          return Buffer.from(await response.arrayBuffer()).equals(bytes)
        })
      )
      expect(answers).toEqual([true, true, true, true])
    })

    it('ends with its signal, before and after the answer began, and the server is left', async () => {
      const stop = new AbortController()
      const left = Promise.withResolvers<void>()
      world.handle = (_request, response) => {
        response.on('close', () => left.resolve())
        response.writeHead(200).write('0000')
      }
      const response = await client.request('stripe', `${world.origin}/`, { signal: stop.signal })
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('0000')
      collectGarbage()
      stop.abort(new Error('enough'))
      expect(await failure(reader.read())).toEqual(new Error('enough'))
      await left.promise
      expect(await failure(client.request('stripe', `${world.origin}/`, { signal: stop.signal }))).toEqual(
        new Error('enough')
      )
    })

    it('ends in an error where the answer is cut off', async () => {
      world.handle = (_request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
      }
      const response = await client.request('stripe', `${world.origin}/`)
      expect(await failure(response.text())).toBeInstanceOf(LatchkeyError)
    })
  })

  it('that loses its vault says whether it may be repeated, and the next one has a new vault', async () => {
    await world.allow('stripe', ['POST'])
    const begun = Promise.withResolvers<void>()
    world.handle = () => begun.resolve() // the answer never comes
    const lost = failure(client.request('stripe', `${world.origin}/`, { method: 'POST', body: 'a' }))
    await begun.promise
    await endVaults(world.home)
    expect(await lost).toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining('The request may have been done')
    })
    expect(await client.isAuthenticated('stripe')).toBe(true)
  })

  it('to another host is refused with the code and the sentence of the vault', async () => {
    const error = await failure(client.request('stripe', 'https://elsewhere.example/'))
    expect(error).toBeInstanceOf(LatchkeyError)
    expect(error).toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' })
  })
})

describe('a token of a service that people sign in to', () => {
  const given = { accessToken: 'forge_access_1', refreshToken: 'forge_refresh_1', expiresIn: -1 }
  beforeEach(() => {
    world.handle = (incoming, response) => {
      if (incoming.url !== '/token') return ok(incoming, response)
      const [status, body] = refreshed
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
  })

  it('is renewed by the vault when it has expired', async () => {
    refreshed = [
      200,
      { access_token: 'forge_access_2', token_type: 'bearer', expires_in: 3600, refresh_token: 'r2' }
    ]
    await client.setToken('forge', given, { clientId: 'app-1' })
    expect(client.getCachedMetadata('forge')).toMatchObject({ isRenewable: true })
    expect(await client.isAuthenticated('forge')).toBe(true)
    expect(await allowedToken(world, client, 'forge')).toBe('forge_access_2')
    expect(world.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /token'])
  })

  it('whose refresh is refused ends in RefreshError, which is an AuthenticationRequired', async () => {
    refreshed = [400, { error: 'invalid_grant' }]
    const options = { clientId: 'app-1', account: 'second' }
    await client.setToken('forge', given, options)
    const error = await failure(allowedToken(world, client, 'forge', { account: 'second' }))
    expect(error).toBeInstanceOf(RefreshError)
    expect(error).toBeInstanceOf(AuthenticationRequired)
    expect(error).toMatchObject({ message: 'Token expired and refresh failed', code: 'REFRESH_REJECTED' })
  })
})

describe('what the person has added', () => {
  it('is not replaced by a program, unless it says so', async () => {
    const account = 'STRIPE_API_KEY'
    const error = await failure(client.setToken('stripe', { accessToken: 'sk_other' }, { account }))
    expect(error).toMatchObject({ code: 'INVALID_REQUEST' })
    expect(await allowedToken(world, client, 'stripe')).toBe(KEY)
    await client.setToken('stripe', { accessToken: KEY, expiresIn: null }, { account, replace: true })
    expect(client.getCachedMetadata('stripe', { account })).toMatchObject({ expiresAt: null })
  })
})

it('what is set and cleared has a row in the log, without a value', async () => {
  await client.setToken('logged', { accessToken: 'value_of_the_log' })
  await client.clearToken('logged')
  const { out } = await world.latchkey(['audit', '--limit', '2', '--json', 'all'])
  expect(JSON.parse(out)).toMatchObject([{ action: 'delete' }, { action: 'store' }])
  expect(out).toContain('logged')
  expect(out).not.toContain('value_of_the_log')
})

describe('a paired program', () => {
  let keyFile = ''
  let paired: face.Latchkey
  beforeAll(async () => {
    keyFile = join(world.home, 'bot.key')
    expect((await world.latchkey(['pair', 'bot', '--key-file', keyFile])).code).toBe(0)
    paired = await connect({ keyFile })
  })

  it('asks under its own name, and can be told apart in the question', async () => {
    expect(await failure(paired.request('stripe', `${world.origin}/`))).toBeInstanceOf(ApprovalRequired)
    expect(await world.answer('denied')).toMatchObject({ client: { name: 'bot' } })
  })

  it('sees whether there is a token, and neither sets nor clears one', async () => {
    expect(await paired.isAuthenticated('stripe')).toBe(true)
    const refused = [paired.setToken('mine', { accessToken: 'x1' }), paired.clearToken('stripe')]
    for (const problem of await Promise.all(refused.map(failure))) {
      expect(problem).toMatchObject({
        code: 'INVALID_REQUEST',
        message: 'Only the person may ask for this, not a program.'
      })
    }
    expect(await paired.isAuthenticated('stripe')).toBe(true)
  })

  it('sees nothing of a service that the policy keeps from it', async () => {
    world.writePolicy('clients:\n  bot:\n    services:\n      forge: {}\n')
    expect([await paired.isAuthenticated('stripe'), paired.getCachedMetadata('stripe')]).toEqual([
      false,
      null
    ])
    expect(await client.isAuthenticated('stripe')).toBe(true)
    world.writePolicy()
  })

  it('whose key file is not one is told what to do', async () => {
    const error = await failure(connect({ keyFile: join(world.home, 'none.key') }))
    expect(error).toMatchObject({ code: 'BROKER_UNREACHABLE' })
  })
})

/** What only a weak reference holds is gone afterwards. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
