import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../core/secret.ts'
import type { FetchPort } from '../http/guarded-fetch.ts'
import { createKeyChecker, keyCheckRows } from './key-checks.ts'
import { apiKeyRows } from './providers.ts'

const KEY = 'sk-a-key-that-must-not-be-seen'
const openai = { ref: { service: 'openai', account: 'default' }, allowedHosts: ['api.openai.com'] }

type Asked = { readonly host: string; readonly request: IncomingMessage }

/** A real server that stands for every service; `host`: the host that the request was meant for. */
async function services(
  answer: (response: ServerResponse) => void
): Promise<{ fetch: FetchPort; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    asked.push({ host: String(request.headers['x-meant-for']), request })
    answer(response)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const fetch: FetchPort = (url, init) => {
    const { host, pathname, search } = new URL(url)
    const headers = { ...(init.headers as Record<string, string>), 'x-meant-for': host }
    return globalThis.fetch(`http://127.0.0.1:${port}${pathname}${search}`, { ...init, headers })
  }
  return { fetch, asked }
}

const status = (code: number) => (response: ServerResponse) => {
  response.writeHead(code).end(`{"echo":"${KEY}"}`)
}

const says = (body: object) => (response: ServerResponse) => {
  response.writeHead(200).end(JSON.stringify({ ...body, echo: KEY }))
}

test.each(keyCheckRows.map((row) => [row.service, row] as const))(
  '%s is asked by one request over TLS at a host of its own row, with the key in one header',
  async (service, row) => {
    const provider = apiKeyRows.find(({ id }) => id === service)
    const { host, protocol, pathname, search } = new URL(row.url)
    expect(protocol).toBe('https:')
    expect(provider?.allowedHosts).toContain(host)
    const { fetch, asked } = await services(says({ ok: true, data: { viewer: { id: 'u1' } } }))
    const holder = { ref: { service, account: 'x' }, allowedHosts: [host] }
    const answer = await createKeyChecker(fetch).check(holder, new Secret(KEY))
    expect(answer).toEqual({ works: 'yes', text: `${host} accepted the key.` })
    expect(asked.map(({ host: to, request }) => [to, request.method, request.url])).toEqual([
      [host, row.method, pathname + search]
    ])
    const holding = Object.entries(asked[0]?.request.headers ?? {}).filter(([, value]) =>
      String(value).includes(KEY)
    )
    const expected =
      row.scheme === 'bearer' ? ['authorization', `Bearer ${KEY}`] : [row.scheme as string, KEY]
    expect(holding).toEqual([expected])
  }
)

test.each([
  [200, 'yes', /accepted the key/],
  [202, 'unknown', /tells nothing/],
  [204, 'unknown', /tells nothing/],
  [401, 'no', /answered 401/],
  [403, 'unknown', /answered 403/],
  [404, 'unknown', /answered 404/],
  [429, 'unknown', /answered 429/],
  [500, 'unknown', /answered 500/]
])('An answer of %i means %s, and nothing of the answer is told', async (code, works, words) => {
  const { fetch } = await services(status(code))
  const answer = await createKeyChecker(fetch).check(openai, new Secret(KEY))
  expect(answer).toMatchObject({ works, text: expect.stringMatching(words) })
  expect(answer?.text).not.toContain('sk-')
})

test('A page with 200, as a network that wants a login shows it, tells nothing about the key', async () => {
  const { fetch } = await services((response) => void response.writeHead(200).end('<html>Wi-Fi</html>'))
  expect(await createKeyChecker(fetch).check(openai, new Secret(KEY))).toMatchObject({ works: 'unknown' })
})

const linear = { ref: { service: 'linear', account: 'default' }, allowedHosts: ['api.linear.app'] }
const failsAs = (type: string) => ({ errors: [{ message: KEY, extensions: { type } }], data: null })
test.each([
  [200, { data: { viewer: { id: 'u1' } } }, 'yes'],
  [200, { data: { viewer: null } }, 'unknown'],
  [200, failsAs('authentication error'), 'no'],
  [400, failsAs('authentication error'), 'no'],
  [401, {}, 'no'],
  [400, failsAs('ratelimited'), 'unknown'],
  [400, { errors: ['authentication error'] }, 'unknown'],
  [200, {}, 'unknown']
])('Linear answers %i with %j, which means %s', async (code, body, works) => {
  const { fetch, asked } = await services((response) => {
    response.writeHead(code).end(JSON.stringify({ ...body, echo: KEY }))
  })
  const answer = await createKeyChecker(fetch).check(linear, new Secret(KEY))
  expect(answer).toMatchObject({ works, text: expect.stringMatching(/^api\.linear\.app /) })
  expect(answer?.text).not.toContain('sk-')
  expect(asked[0]?.request.headers['authorization']).toBe(KEY)
})

const slack = { ref: { service: 'slack', account: 'default' }, allowedHosts: ['slack.com'] }
test.each([
  [{ ok: true, user: 'ana' }, 'yes'],
  [{ ok: false, error: 'invalid_auth' }, 'no'],
  [{ ok: false, error: 'token_revoked' }, 'no'],
  [{ ok: false, error: 'ratelimited' }, 'unknown'],
  [{ ok: false }, 'unknown'],
  [{ ok: 'true' }, 'unknown'],
  [{}, 'unknown']
])('Slack says %j with status 200, which means %s', async (body, works) => {
  const { fetch } = await services(says(body))
  const answer = await createKeyChecker(fetch).check(slack, new Secret(KEY))
  expect(answer).toMatchObject({ works, text: expect.stringMatching(/^slack\.com /) })
  expect(answer?.text).not.toContain('sk-')
})

test('Slack with an answer that is no JSON tells nothing about the key', async () => {
  const { fetch } = await services((response) => void response.writeHead(200).end(KEY))
  expect(await createKeyChecker(fetch).check(slack, new Secret(KEY))).toMatchObject({ works: 'unknown' })
})

test('A redirect is not followed, and the key goes to no other host', async () => {
  const { fetch, asked } = await services((response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end()
  })
  const answer = await createKeyChecker(fetch).check(openai, new Secret(KEY))
  expect([answer, asked.length]).toEqual([
    { works: 'unknown', text: expect.stringContaining('was not followed') },
    1
  ])
})

test('An endless answer is cut off', async () => {
  const { fetch } = await services((response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(64 * 1024)
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  })
  expect(await createKeyChecker(fetch).check(openai, new Secret(KEY))).toMatchObject({ works: 'unknown' })
})

test('A network that is not there tells nothing about the key', async () => {
  const failing = createKeyChecker(() => Promise.reject(new TypeError(`fetch failed for ${KEY}`)))
  expect(await failing.check(openai, new Secret(KEY))).toEqual({
    works: 'unknown',
    text: 'api.openai.com could not be reached. That tells nothing about the key.'
  })
})

test.each([
  ['an unknown service', { ...openai, ref: { service: 'unheard-of', account: 'x' } }],
  ['a host that is not allowed', { ...openai, allowedHosts: ['proxy.example.net'] }],
  ['no allowed host', { ...openai, allowedHosts: [] }]
])('Nothing is sent for %s', async (_name, holder) => {
  const { fetch, asked } = await services(status(200))
  expect([await createKeyChecker(fetch).check(holder, new Secret(KEY)), asked]).toEqual([null, []])
})

test('Nothing is sent without TLS, whatever a row says', async () => {
  const { fetch, asked } = await services(status(200))
  const rows = [{ service: 'openai', url: 'http://api.openai.com/v1/models', scheme: 'bearer' as const }]
  const checker = createKeyChecker(
    fetch,
    rows.map((row) => ({
      ...row,
      method: 'GET' as const,
      headers: {},
      body: null,
      verdict: 'status' as const,
      source: 'made up'
    }))
  )
  expect([await checker.check(openai, new Secret(KEY)), asked]).toEqual([null, []])
})
