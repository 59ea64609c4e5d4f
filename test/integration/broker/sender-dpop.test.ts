import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { HttpsSender } from '../../../src-main/broker/https-sender.ts'
import type { TokenSet } from '../../../src-main/core/credential-record.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { customProvider } from '../../../src-main/oauth/providers/providers.ts'
import { oauthWorld } from '../../support/oauth-world.ts'
import { browse } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { bodyOf } from '../../support/use-world.ts'
import {
  failureOf,
  readBody,
  requestTo,
  senderWith,
  startUpstream,
  TOKEN,
  type Upstream
} from './sender-world.ts'

let sender: HttpsSender
beforeEach(() => {
  sender = senderWith()
})
afterEach(() => sender.close())

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const proofKey = new Secret(JSON.stringify(privateKey.export({ format: 'jwk' })))
const bound = { key: 'one', secret: new Secret(TOKEN), scheme: { kind: 'bearer' }, proofKey } as const

async function serving(handler: Parameters<typeof startUpstream>[0]): Promise<Upstream> {
  const upstream = await startUpstream(handler)
  onTestFinished(() => upstream.close())
  return upstream
}

const claimsOf = ({ headers }: IncomingMessage): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(String(headers['dpop']).split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >

/** Refuses until the proof holds this nonce. */
function demanding(nonce: string, onRequest: (request: IncomingMessage) => void | Promise<void>) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await onRequest(request)
    response.setHeader('dpop-nonce', nonce)
    if (claimsOf(request)['nonce'] === nonce) return void response.end('ok')
    response.writeHead(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce", algs="ES256"' }).end()
  }
}

async function* pieces(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(size, 'a')
}

describe('a request whose token is bound to a key', () => {
  it('has the token as DPoP with a proof, and never as a bearer; both are removed from an echo', async () => {
    const seen: IncomingMessage['headers'][] = []
    const upstream = await serving((request, response) => {
      seen.push(request.headers)
      response.end(`${request.headers.authorization} and ${String(request.headers['dpop'])}`)
    })
    const answer = await sender.send(requestTo(upstream, { credential: bound }))
    expect((await readBody(answer)).text).toBe('DPoP [redacted] and [redacted]')
    expect(seen[0]?.authorization).toBe(`DPoP ${TOKEN}`)
  })

  it('can not have a proof of the client beside it', async () => {
    const upstream = await serving((_request, response) => void response.end())
    const request = requestTo(upstream, { credential: bound, headers: [['DPoP', 'of the client']] })
    expect(await failureOf(sender.send(request))).toBe('INVALID_REQUEST')
    expect(upstream.requests).toEqual([])
  })

  it('is not sent at all where the key can not be read', async () => {
    const upstream = await serving((_request, response) => void response.end())
    const credential = { ...bound, proofKey: new Secret('{"kty":"EC"}') }
    expect(await failureOf(sender.send(requestTo(upstream, { credential })))).toBe('CREDENTIAL_UNREADABLE')
    expect(upstream.connections()).toBe(0)
  })

  it('is sent once more with the nonce that the server asks for, which is kept', async () => {
    const bodies: string[] = []
    const upstream = await serving(
      demanding('n1', async (request) => void bodies.push(await bodyOf(request)))
    )
    const post = { credential: bound, method: 'POST' } as const
    const first = await sender.send(requestTo(upstream, { ...post, body: pieces(2, 3) }))
    expect((await readBody(first)).text).toBe('ok')
    expect(bodies).toEqual(['aaaaaa', 'aaaaaa'])
    const second = await sender.send(requestTo(upstream, { ...post, body: pieces(1, 1) }))
    expect([second.status, upstream.requests.length]).toEqual([200, 3])
  })

  it('is not sent once more where its body is too long to be held: the next one has the nonce', async () => {
    const upstream = await serving(demanding('n1', async (request) => void (await bodyOf(request))))
    const long = requestTo(upstream, { credential: bound, method: 'POST', body: pieces(20, 100_000) })
    expect((await sender.send(long)).status).toBe(401)
    expect((await sender.send(requestTo(upstream, { credential: bound }))).status).toBe(200)
    expect(upstream.requests).toHaveLength(2)
  })

  it('is sent at most twice to a server that asks for a new nonce each time', async () => {
    let count = 0
    const upstream = await serving((_request, response) => {
      const headers = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': `n${(count += 1)}` }
      response.writeHead(401, headers).end()
    })
    expect((await sender.send(requestTo(upstream, { credential: bound }))).status).toBe(401)
    expect(count).toBe(2)
  })

  it('has a nonce no longer once the access has ended', async () => {
    const nonces: unknown[] = []
    const upstream = await serving(demanding('n1', (request) => void nonces.push(claimsOf(request)['nonce'])))
    await readBody(await sender.send(requestTo(upstream, { credential: bound })))
    sender.cut('one')
    await readBody(await sender.send(requestTo(upstream, { credential: bound })))
    expect(nonces).toEqual([undefined, 'n1', undefined, 'n1'])
  })
})

describe('a certified provider that binds tokens to a key', () => {
  async function signedIn(op: OpenIdProvider): Promise<TokenSet> {
    const row = customProvider({
      issuer: op.issuer,
      namesIssuer: true,
      name: 'Example',
      scopes: [],
      isTaken: () => false
    })
    const { oauth } = oauthWorld()
    const client = { id: op.clientId, secret: null }
    const wish = { provider: { ...row, dpop: true }, client, scopes: ['openid', 'profile'], loginHint: null }
    const pending = await oauth.begin(wish)
    await browse(pending.url)
    await pending.answered
    const { tokens } = await pending.redeem()
    await pending.close()
    return tokens
  }

  it.each([false, true])(
    'accepts the proofs of the sender at its own API (wants a nonce: %s)',
    async (wantsNonce) => {
      const dPoP = { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => wantsNonce }
      const op = await startOpenIdProvider({ configuration: { features: { dPoP } } })
      onTestFinished(() => op.close())
      const { accessToken: secret, dpopKey, tokenType } = await signedIn(op)
      expect(tokenType).toBe('DPoP')
      const me = (credential: object): Parameters<HttpsSender['send']>[0] => {
        const target = {
          scheme: 'http',
          host: '127.0.0.1',
          isLiteral: true,
          path: '/me',
          query: '?x=1'
        } as const
        return requestTo(
          { port: Number(new URL(op.issuer).port) },
          { ...target, credential: { ...bound, secret, ...credential } }
        )
      }
      const answer = await sender.send(me({ proofKey: dpopKey }))
      expect([answer.status, (await readBody(answer)).text]).toEqual([
        200,
        expect.stringContaining('"sub":"alice"')
      ])
      const asked = op.requests().filter((request) => request === 'GET /me').length
      expect(asked).toBe(wantsNonce ? 2 : 1)

      // The proof of another key is no proof, and a bearer is none either.
      expect((await sender.send(me({ proofKey }))).status).toBe(401)
      const { proofKey: _none, ...bearer } = me({}).credential as typeof bound
      expect((await sender.send({ ...me({}), credential: bearer })).status).not.toBe(200)
    }
  )
})
