import { type Server, createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { seededRandom } from '../../crash/seeded-random.ts'
import { callbackQuery, canary, pick } from '../../fault/oauth-input.ts'
import { registered, registering } from '../../support/hand-registration.ts'
import { browseToRedirect } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { type World, ending, oauthWorld, signInRequest } from '../../support/oauth-world.ts'
import { tokenRequests } from '../../support/rotation-counts.ts'

const isFull = process.env['LATCHKEY_TRIALS'] === 'full'
const SEED = 20_261_121
const REQUESTS = isFull ? 20_000 : 1000
const ATTEMPTS = isFull ? 10_000 : 300

let op: OpenIdProvider
let world: World

beforeEach(async () => {
  op = await startOpenIdProvider()
  world = oauthWorld()
})
afterEach(async () => {
  await world.signIns.close()
  await op.close()
})

async function start(clientId = op.clientId): Promise<URL> {
  await world.signIns.start(signInRequest(op, { clientId }))
  return new URL(world.surface.last.view.url)
}

const redirectOf = (page: URL): string => page.searchParams.get('redirect_uri') ?? ''
const isWaiting = (): boolean => world.progress.at(-1)?.state.kind === 'waiting'

/** Expects that the attempt goes on, no code was sent, and the person's own answer still ends it well. */
async function outlived(redirect: string): Promise<void> {
  expect(isWaiting()).toBe(true)
  expect(tokenRequests(op)).toBe(0)
  await fetch(redirect)
  expect((await ending(world)).kind).toBe('done')
  expect(tokenRequests(op)).toBe(1)
}

describe('an attempt outlives', () => {
  type Spoil = (answer: URL) => void
  const toError: Spoil = ({ searchParams }) => {
    searchParams.delete('code')
    searchParams.set('error', 'access_denied')
  }
  const forgeries: [string, Spoil][] = [
    [
      'a stranger’s denial without a state',
      (answer) => (toError(answer), answer.searchParams.delete('state'))
    ],
    [
      'a stranger’s denial with a guessed state',
      (answer) => (toError(answer), answer.searchParams.set('state', 'x'.repeat(43)))
    ],
    [
      'a denial in another issuer’s name',
      (answer) => (toError(answer), answer.searchParams.set('iss', 'https://evil.example'))
    ],
    ['a code and an error at once', ({ searchParams }) => searchParams.set('error', 'access_denied')],
    ['neither a code nor an error', ({ searchParams }) => searchParams.delete('code')],
    ['a code with a line break', ({ searchParams }) => searchParams.set('code', 'a\r\nb')],
    ['a state in upper case', ({ searchParams }) => upper(searchParams, 'state')],
    ['an issuer with a slash more', ({ searchParams }) => searchParams.set('iss', `${op.issuer}/`)]
  ]
  it.each(forgeries)('%s', async (_name, spoil) => {
    const redirect = await browseToRedirect((await start()).href)
    const forged = new URL(redirect)
    spoil(forged)
    expect(forged.href).not.toBe(redirect)
    expect((await fetch(forged)).status).toBe(400)
    await outlived(redirect)
  })

  it(`${String(REQUESTS)} generated answers with a foreign state at its real address`, async () => {
    const random = seededRandom(SEED)
    const redirect = await browseToRedirect((await start()).href)
    const { port, pathname } = new URL(redirect)
    const right = { issuer: op.issuer, state: canary(random), secret: canary(random) }
    const counts = new Map<string, number>()
    let reflected = 0
    for (let sent = 0; sent < REQUESTS; sent += 1) {
      const method = pick(random, ['GET', 'GET', 'GET', 'GET', 'POST', 'HEAD'])
      const line = `${method} ${pathname}?${callbackQuery(random, right)} HTTP/1.1`
      const answer = await raw(
        Number(port),
        `${line}\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0\r\n\r\n`
      )
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'none'
      counts.set(status, (counts.get(status) ?? 0) + 1)
      if (answer.includes(right.secret.slice(5, 17)) || /location:/i.test(answer)) reflected += 1
    }
    expect(counts.get('200') ?? 0).toBe(0)
    expect(counts.get('400') ?? 0).toBeGreaterThan(REQUESTS / 2)
    expect(reflected).toBe(0)
    await outlived(redirect)
  })
})

describe('two providers that do not name themselves in their answers', () => {
  it('can not be mixed up: each attempt has an address and a state of its own', async () => {
    await op.close()
    op = await startOpenIdProvider({ namesIssuer: false, configuration: registering })
    const other = await startOpenIdProvider({ namesIssuer: false, configuration: registering })
    const elsewhere = oauthWorld()
    onTestFinished(async () => {
      await elsewhere.signIns.close()
      await other.close()
    })
    const clientOf = async (provider: OpenIdProvider): Promise<string> =>
      await registered(provider, (await elsewhere.oauth.discover(provider.issuer)).redirectUri)
    const mine = await start(await clientOf(op))
    await elsewhere.signIns.start(signInRequest(other, { clientId: await clientOf(other) }))
    const theirs = new URL(elsewhere.surface.last.view.url)
    expect(redirectOf(mine)).not.toBe(redirectOf(theirs))
    const myAnswer = new URL(await browseToRedirect(mine.href))
    const theirAnswer = new URL(await browseToRedirect(theirs.href))
    for (const answer of [myAnswer, theirAnswer]) expect(answer.searchParams.has('iss')).toBe(false)
    for (const [to, from] of [
      [mine, theirAnswer],
      [theirs, myAnswer]
    ] as const) {
      const swapped = new URL(redirectOf(to))
      swapped.search = from.search
      expect((await fetch(swapped)).status).toBe(400)
    }
    expect([tokenRequests(op), tokenRequests(other)]).toEqual([0, 0])
    await fetch(theirAnswer)
    expect((await ending(elsewhere)).kind).toBe('done')
    await outlived(myAnswer.href)
    expect(tokenRequests(other)).toBe(1)
  })
})

describe('the address of an attempt', () => {
  it('can not be taken away by a program on the same port of the other loopback address', async (context) => {
    const redirect = await browseToRedirect((await start()).href)
    let stolen = 0
    const squatter = createServer((_request, response) => {
      stolen += 1
      response.end()
    })
    onTestFinished(() => void squatter.close())
    const refusal = await listen(squatter, Number(new URL(redirect).port))
    if (refusal !== null && withoutIPv6.includes(refusal)) context.skip('This computer has no IPv6.')
    expect(refusal).toBeNull()
    expect((squatter.address() as AddressInfo).address).toBe('::1')
    await outlived(redirect)
    expect(stolen).toBe(0)
  })

  it('is open only while an attempt of ours waits', async () => {
    const redirect = await browseToRedirect((await start()).href)
    await world.signIns.close()
    await expect(fetch(redirect)).rejects.toThrow()
    expect(tokenRequests(op)).toBe(0)
  })

  it(
    `never repeats a state, a nonce or a challenge in ${String(ATTEMPTS)} attempts`,
    { timeout: 300_000 },
    async () => {
      const seen = new Set<string>()
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const { searchParams } = await start()
        for (const name of ['state', 'nonce', 'code_challenge']) seen.add(searchParams.get(name) ?? '')
        world.surface.last.actions.cancel()
      }
      expect(seen.size).toBe(3 * ATTEMPTS)
    }
  )
})

function upper(parameters: URLSearchParams, name: string): void {
  parameters.set(name, (parameters.get(name) ?? '').toUpperCase())
}

/** Sends `text`; returns the reply until the other side closes. Empty: it closes at once. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(text)
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk.toString()))
  await new Promise((resolve) => socket.once('close', resolve))
  return answer
}

/** Error codes of a computer without such an address; any other refusal is a failure. */
const withoutIPv6: readonly string[] = ['EADDRNOTAVAIL', 'EAFNOSUPPORT']

/** Null: the server listens. Otherwise the error code of the system. */
function listen(server: Server, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host: '::1', port }, () => resolve(null))
  })
}
