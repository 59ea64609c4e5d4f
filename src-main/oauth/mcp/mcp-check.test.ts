import { describe, expect, it } from 'vitest'
import { sampleGrant } from '../../core/testing/samples.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { Secret } from '../../core/secret.ts'
import { askMcpServer } from './mcp-check.ts'

const SERVER = 'https://files.example/mcp'
const TOKEN = 'cnry_of_the_access_token_0123456789'
const sample = sampleGrant({ scopesGranted: ['files:read'] })
const grant = { ...sample, provider: { ...sample.provider, mcpServer: SERVER } }

type Scripted = { readonly status: number; readonly body?: string; readonly challenge?: string }

/** Asks a server that answers so; the requests it got as well. */
async function ask({ status, body = '', challenge }: Scripted, held = grant) {
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
    new Secret(TOKEN)
  )
  return { answer, sent }
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

  it('is not sent a token over plain http, nor one that is bound to a key', async () => {
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
