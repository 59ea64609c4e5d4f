import { describe, expect, it } from 'vitest'
import { VaultError, toProblem } from '#shared/problem.ts'
import { createOAuthClient } from '../../../src-main/oauth/oauth-client.ts'
import { safeUrl } from '../../../src-main/oauth/http/endpoint-url.ts'
import { seededRandom } from '../../crash/seeded-random.ts'
import { metadataBody, responseOf, tokenBody } from '../../fault/oauth-bodies.ts'
import { type Random, canary, pick, shows } from '../../fault/oauth-input.ts'

const count = process.env['LATCHKEY_TRIALS'] === 'full' ? 50_000 : 2000
const seed = Number(process.env['LATCHKEY_ANSWER_SEED'] ?? 20_261_121)
const issuer = 'https://sso.example.net'
const server = 'https://mcp.example.net/mcp'
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  registration_endpoint: `${issuer}/register`,
  code_challenge_methods_supported: ['S256']
}

type Answer = (url: string) => Response

function clientBefore() {
  const network: { answer: Answer } = { answer: () => new Response() }
  const client = createOAuthClient({
    fetch: async (url) => network.answer(url),
    now: () => new Date(),
    allowLoopbackHttp: false
  })
  return { network, client }
}

/** Metadata of a resource with one thing wrong in it, or none. */
function resourceDocument(random: Random, secret: string): unknown {
  const good = { resource: server, authorization_servers: [issuer], scopes_supported: ['a', 'b'] }
  const values = [
    null,
    7,
    '',
    secret,
    [secret],
    { secret },
    `https://x:${secret}@mcp.example.net/`,
    [[secret]],
    server
  ]
  const name = pick(random, Object.keys(good))
  return random() < 0.4
    ? good
    : pick(random, [{ ...good, [name]: pick(random, values) }, [good], secret, null])
}

function challengeOf(random: Random, secret: string): string {
  return pick(random, [
    `Bearer resource_metadata="https://mcp.example.net/meta"`,
    `Bearer resource_metadata="https://x:${secret}@mcp.example.net/meta", scope="${secret}"`,
    `Bearer resource_metadata=${secret}`,
    `Bearer scope="a ${'b '.repeat(200)}"`,
    `Basic ${secret}`
  ])
}

function mcpNetwork(random: Random, secret: string): Answer {
  const headers = { 'www-authenticate': challengeOf(random, secret) }
  const asked =
    random() < 0.5 ? new Response('', { status: 401, headers }) : responseOf(tokenBody(random, secret))
  const document = JSON.stringify(resourceDocument(random, secret))
  const isPlain = random() < 0.7
  return (url) => {
    if (url === server) return asked
    if (url.startsWith(issuer))
      return isPlain ? Response.json(metadata) : responseOf(metadataBody(random, issuer, secret))
    return new Response(document)
  }
}

const leaks = (error: unknown, secret: string): boolean =>
  shows(error, secret) || shows(toProblem(error), secret)

describe(`generated answers around an MCP server (seed ${String(seed)})`, () => {
  it(
    `${count.toLocaleString('en')} servers: what is found is safe to open, all else is an error of ours that tells nothing`,
    { timeout: 900_000 },
    async () => {
      const random = seededRandom(seed)
      const { network, client } = clientBefore()
      const tally = { found: 0, refused: 0, unsafe: 0, foreign: 0, leaks: 0 }
      for (let index = 0; index < count; index += 1) {
        const secret = canary(random)
        network.answer = mcpNetwork(random, secret)
        const outcome = await client.findMcpServer(server).catch((error: unknown) => error)
        if (outcome instanceof Error) {
          tally.refused += 1
          if (!(outcome instanceof VaultError)) tally.foreign += 1
          if (leaks(outcome, secret)) tally.leaks += 1
        } else {
          tally.found += 1
          const { issuer: where, resource } = outcome as { issuer: string; resource: string }
          const isSafe = [where, resource].every((url) => safeUrl(url, { allowLoopbackHttp: false }) !== null)
          if (!isSafe || !server.startsWith(resource)) tally.unsafe += 1
        }
      }
      expect(tally).toMatchObject({ unsafe: 0, foreign: 0, leaks: 0 })
      for (const way of [tally.found, tally.refused]) expect(way).toBeGreaterThan(count / 20)
    }
  )

  it(
    `${count.toLocaleString('en')} registrations: a client with an id that can be sent, or an error of ours that tells nothing`,
    { timeout: 900_000 },
    async () => {
      const random = seededRandom(seed + 1)
      const tally = { registered: 0, refused: 0, unusable: 0, foreign: 0, leaks: 0 }
      for (let index = 0; index < count; index += 1) {
        const secret = canary(random)
        const { network, client } = clientBefore()
        const ids = ['client-1', '', null, 7, ['x'], 'a\nb', 'x'.repeat(600), 'ключ']
        const body = {
          client_id: pick(random, ids),
          client_secret: secret,
          token_endpoint_auth_method: pick(random, ['none', 'client_secret_post', null, 7])
        }
        const isPlain = random() < 0.8
        network.answer = (url) => {
          if (url !== metadata.registration_endpoint) return Response.json(metadata)
          return isPlain ? Response.json(body, { status: 201 }) : responseOf(tokenBody(random, secret))
        }
        const outcome = await client
          .registerClient({ issuer, resource: server })
          .catch((error: unknown) => error)
        if (outcome instanceof Error) {
          tally.refused += 1
          if (!(outcome instanceof VaultError)) tally.foreign += 1
          if (leaks(outcome, secret)) tally.leaks += 1
        } else {
          tally.registered += 1
          if ((outcome as { id: string }).id !== 'client-1') tally.unusable += 1
          if (shows(outcome, secret)) tally.leaks += 1
        }
      }
      expect(tally).toMatchObject({ unusable: 0, foreign: 0, leaks: 0 })
      for (const way of [tally.registered, tally.refused]) expect(way).toBeGreaterThan(count / 20)
    }
  )
})
