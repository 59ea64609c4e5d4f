import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from './fixture.ts'

test('session.fetch refuses the headers that Chromium sets itself', async ({ run: { app }, serve }) => {
  const { origin, hits } = await serve((_url, headers) => ({ body: String(headers['x-own']) }))
  const outcomes = await app.evaluate(async ({ session }, url) => {
    const headers = [
      { host: 'evil.example' },
      { 'content-length': '3' },
      { connection: 'Upgrade' },
      { te: 'x' }
    ]
    const ask = (each: Record<string, string>): Promise<string> =>
      session.defaultSession.fetch(url, { headers: each }).then(
        (response) => response.text(),
        (error: Error) => error.message
      )
    const answers: string[] = []
    for (const each of [...headers, { 'x-own': 'yes' }]) answers.push(await ask(each))
    return answers
  }, `${origin}/`)
  expect(outcomes).toEqual([...Array(4).fill('net::ERR_INVALID_ARGUMENT'), 'yes'])
  expect(hits).toEqual(['/'])
})

test('session.fetch goes to the network and nowhere else', async ({ run: { app } }) => {
  const outcomes = await app.evaluate(({ session }) =>
    Promise.all(
      ['data:text/plain,x', 'blob:nodedata:x', 'ftp://127.0.0.1/'].map((url) =>
        session.defaultSession.fetch(url).then(String, (error: Error) => error.message)
      )
    )
  )
  expect(outcomes).toEqual(Array(3).fill('net::ERR_UNKNOWN_URL_SCHEME'))
})

test('the answer of session.fetch says what Electron’s says', async ({ run: { app }, serve }) => {
  const { origin } = await serve(() => ({
    status: 404,
    headers: { 'set-cookie': ['a=1', 'b=2'] as unknown as string },
    body: 'gone'
  }))
  const seen = await app.evaluate(async ({ session }, url) => {
    // The digest belongs to other content: `integrity` is ignored.
    const integrity = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    const answer = await session.defaultSession.fetch(url, { integrity })
    return [
      answer.status,
      answer.statusText,
      answer.url,
      answer.headers.get('set-cookie'),
      await answer.text()
    ]
  }, `${origin}/`)
  expect(seen).toEqual([404, 'Not Found', '', 'a=1, b=2', 'gone'])
})

test('a body that is cancelled leaves its request alone; the signal ends it', async ({ run: { app } }) => {
  let closed = 0
  const server = createServer((request, response) => {
    if (request.url === '/count') return response.end(String(closed))
    response.on('close', () => (closed += 1))
    return response.write('a beginning')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const seen = await app.evaluate(async ({ session }, url) => {
      const network = session.fromPartition('oauth-net')
      const ending = new AbortController()
      const answer = await network.fetch(`${url}/`, { signal: ending.signal })
      await answer.body?.cancel()
      const count = await (await network.fetch(`${url}/count`)).text()
      const other = new AbortController()
      const unread = await network.fetch(`${url}/`, { signal: other.signal })
      ending.abort()
      other.abort(new Error('a reason of the app'))
      return [count, await unread.text().then(String, (error: Error) => error.name)]
    }, origin)
    expect(seen).toEqual(['0', 'AbortError'])
    await expect.poll(() => closed).toBe(2)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('a request that is aborted rejects with the reason of the app', async ({ run: { app }, serve }) => {
  const { origin, hits } = await serve(() => ({ body: 'x' }))
  const messages = await app.evaluate(async ({ session }, url) => {
    const aborted = AbortSignal.abort(new Error('a reason of the app'))
    return session.defaultSession
      .fetch(url, { signal: aborted })
      .then(String, (error: Error) => error.message)
  }, `${origin}/`)
  expect(messages).toBe('a reason of the app')
  expect(hits).toEqual([])
})
