import { describe, expect, it } from 'vitest'
import { sampleGrant } from '../../core/testing/samples.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { Secret } from '../../core/secret.ts'
import { askMcpServer } from './mcp-check.ts'

const SERVER = 'https://files.example/mcp'
const TOKEN = 'cnry_of_the_access_token_0123456789'
const sample = sampleGrant({ scopesGranted: ['files:read'] })
const grant = { ...sample, provider: { ...sample.provider, resource: SERVER, mcpServer: SERVER } }

type Scripted = { readonly status: number; readonly body?: string; readonly challenge?: string }

/** Asks a server with a scripted answer; returns the answer and the requests that the server got. */
async function ask({ status, body = '', challenge }: Scripted, held = grant, token = TOKEN) {
  const sent: { url: string; headers: Headers; body: unknown }[] = []
  const answer = await askMcpServer(
    {
      allowLoopbackHttp: false,
      fetch: async (url, init) => {
        sent.push({ url, headers: new Headers(init.headers), body: init.body })
        const headers = challenge === undefined ? {} : { 'www-authenticate': challenge }
        return new Response(body, { status, headers })
      }
    },
    held,
    new Secret(token)
  )
  return { answer, sent }
}

/** A token in the form of a JWT, with an invalid signature. */
function signedToken(claims: object): string {
  return `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`
}

const insufficient = (scope: string): string => `Bearer realm="m", error="insufficient_scope"${scope}`
const pong = '{"jsonrpc":"2.0","id":1,"result":{}}'

describe('an MCP server that is asked about its token', () => {
  it('gets it in the header, by a request that opens no session', async () => {
    const { sent } = await ask({ status: 200, body: pong })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ url: SERVER, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' })
    expect(sent[0]?.headers.get('authorization')).toBe(`Bearer ${TOKEN}`)
  })

  it.each<[string, Scripted, boolean]>([
    ['an answer', { status: 200, body: pong }, true],
    ['an answer as a stream', { status: 200, body: `event: message\ndata: ${pong}\n\n` }, true],
    [
      'the wish for a session first',
      { status: 400, body: '{"jsonrpc":"2.0","error":{"code":-32000,"message":"No session"},"id":null}' },
      true
    ],
    ['a refusal', { status: 401, challenge: 'Bearer error="invalid_token"' }, false],
    ['a closed door', { status: 403 }, false],
    ['a door closed for another reason', { status: 403, challenge: 'Bearer error="access_denied"' }, false]
  ])('says by %s whether it let the token in, and names no scopes', async (_name, scripted, works) => {
    expect((await ask(scripted)).answer).toMatchObject({ works, lacks: [] })
  })

  it.each<[string, string, string[], string]>([
    ['one', ', scope="files:write"', ['files:write'], 'files:write'],
    ['those granted as well', ', scope="files:read files:write"', ['files:write'], 'files:write'],
    ['seven', ', scope="a b c d e f g"', ['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e and 2 more'],
    ['one twice', ', scope="a a"', ['a'], 'a'],
    ['what can be no scope', ', scope="a \u00e9 b"', ['a', 'b'], 'a, b'],
    ['none', '', [], 'does not say which'],
    ['what was granted alone', ', scope="files:read"', [], 'does not say which']
  ])('wants more access and names %s', async (_name, scope, lacks, told) => {
    const { answer } = await ask({ status: 403, challenge: insufficient(scope) })
    expect(answer).toMatchObject({ works: false, lacks })
    expect(answer?.text).toContain(told)
  })

  it.each([
    ['a page', 200, '<!doctype html>'],
    ['nothing', 404, '']
  ])('tells nothing when %s is what answers', async (_name, status, body) => {
    expect((await ask({ status, body })).answer).toBeNull()
  })

  it.each([500, 503, 429, 302])('tells nothing by %i, which is no answer', async (status) => {
    await expect(ask({ status })).rejects.toBeInstanceOf(TransportError)
  })

  it.each<[string, unknown, boolean]>([
    ['itself', SERVER, true],
    ['its host, among others', ['https://other.example', 'https://files.example'], true],
    ['no address', 'account', true],
    ['nothing', undefined, true],
    ['another server', 'https://other.example/mcp', false],
    ['two other servers', ['https://other.example', 'HTTPS://mail.example'], false],
    ['a host that only begins alike', 'https://files.example.evil.example/', false]
  ])('gets a signed token that names %s for its audience: %s %s', async (_name, aud, isSent) => {
    const token = signedToken({ aud, sub: 'ana' })
    const { answer, sent } = await ask({ status: 200, body: pong }, grant, token)
    expect(sent).toHaveLength(isSent ? 1 : 0)
    expect(answer?.works).toBe(isSent)
    if (!isSent) expect(answer?.text).toContain('for another server')
  })

  it.each([
    ['https://files.example/other', 'https://files.example/mcp'],
    ['https://other.example/mcp', 'https://files.example/mcp'],
    ['https://files.example:8443/', 'https://files.example/mcp']
  ])('is sent no token for %s when it is at %s', async (resource, mcpServer) => {
    const { answer, sent } = await ask(
      { status: 200, body: pong },
      {
        ...grant,
        provider: { ...grant.provider, resource, mcpServer }
      }
    )
    expect(sent).toEqual([])
    expect(answer).toMatchObject({ works: false })
  })

  it('is sent no token over plain http, and no token that is bound to a key', async () => {
    const plain = { ...grant, provider: { ...grant.provider, mcpServer: 'http://files.example/mcp' } }
    const bound = { ...grant, tokens: { ...grant.tokens, dpopKey: new Secret('{}') } }
    const none = sample
    for (const held of [plain, bound, none]) {
      expect(await ask({ status: 200, body: pong }, held as typeof grant)).toEqual({ answer: null, sent: [] })
    }
  })

  it('has no token in what it leads to', async () => {
    const { answer } = await ask({ status: 403, challenge: insufficient(`, scope="${TOKEN}"`) })
    expect(answer?.text).not.toContain(TOKEN)
    expect(answer?.lacks).toEqual([])
  })
})
