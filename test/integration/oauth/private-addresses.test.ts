import { describe, expect, it } from 'vitest'
import { createOAuthClient } from '../../../src-main/oauth/oauth-client.ts'

const PUBLIC = 'https://as.example'
const hidden = [
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.3.4',
  '192.168.1.1:8443',
  '0.0.0.0',
  '[::1]',
  '[fd00::1]',
  '[fe80::1]',
  '[::ffff:10.0.0.1]',
  '[64:ff9b::a00:1]',
  'localhost',
  'vault.localhost',
  'printer.local',
  'metadata.internal',
  'router',
  // The name looks public, but its name server gives a private address.
  'rebound.example'
]
const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'userinfo_endpoint',
  'device_authorization_endpoint',
  'introspection_endpoint',
  'pushed_authorization_request_endpoint',
  'registration_endpoint'
]

type Answers = Readonly<Record<string, object>>

/** A client, and the hosts that it has contacted. */
function world(answers: Answers, challenge: string | null = null) {
  const contacted = new Set<string>()
  const oauth = createOAuthClient({
    now: () => new Date(),
    allowLoopbackHttp: true,
    addressesOf: async (hostname) =>
      hostname === 'rebound.example' ? ['198.51.100.7', '127.0.0.1'] : ['198.51.100.7'],
    fetch: async (url) => {
      contacted.add(new URL(url).host)
      const { href } = new URL(url)
      if (answers[href] !== undefined) return Response.json(answers[href])
      const headers = challenge === null ? undefined : { 'www-authenticate': challenge }
      return new Response(null, { status: href.endsWith('/mcp') ? 401 : 404, ...(headers && { headers }) })
    }
  })
  return { oauth, contacted }
}

function metadataOf(issuer: string, change: Readonly<Record<string, string>> = {}): Answers {
  const document = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    code_challenge_methods_supported: ['S256'],
    ...change
  }
  return { [`${issuer}/.well-known/openid-configuration`]: document }
}

const refusal = { code: 'PROVIDER_REFUSED', message: expect.stringContaining('private network') }

describe.each(hidden)('a public server that leads to %s', (host) => {
  it.each(endpoints)('as its %s is refused, and that host is not contacted', async (endpoint) => {
    const { oauth, contacted } = world(metadataOf(PUBLIC, { [endpoint]: `https://${host}/x` }))
    await expect(oauth.discover(PUBLIC)).rejects.toMatchObject(refusal)
    await expect(
      oauth.registerClient({ issuer: PUBLIC, resource: 'https://files.example/mcp' })
    ).rejects.toMatchObject(refusal)
    expect([...contacted]).toEqual(['as.example'])
  })

  it.each(['http', 'https'])('as its authorization server is refused, by %s', async (scheme) => {
    const server = 'https://files.example/mcp'
    const place = 'https://files.example/.well-known/oauth-protected-resource/mcp'
    const document = { resource: server, authorization_servers: [`${scheme}://${host}`] }
    const { oauth, contacted } = world({ [place]: document })
    await expect(oauth.findMcpServer(server)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect([...contacted]).toEqual(['files.example'])
  })

  it('as the address of its metadata is not followed', async () => {
    const server = 'https://files.example/mcp'
    const { oauth, contacted } = world({}, `Bearer resource_metadata="https://${host}/about"`)
    await expect(oauth.findMcpServer(server)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect([...contacted]).toEqual(['files.example'])
  })
})

describe('a server at home', () => {
  it.each(['https://nas.local', 'https://192.168.1.5:8443', 'https://sso'])(
    'that a person typed is asked, and is reported as such: %s',
    async (issuer) => {
      const { oauth } = world(metadataOf(issuer, { token_endpoint: 'https://192.168.1.6/token' }))
      const report = await oauth.discover(issuer)
      expect(report.notes).toContain('This server is on this computer or in your own network')
    }
  )

  it('whose name a name server in the same network knows may name its neighbours', async () => {
    const issuer = 'https://rebound.example'
    const { oauth } = world(metadataOf(issuer, { token_endpoint: 'https://10.0.0.2/token' }))
    // Only the name server makes the issuer's own address private: a private address in its metadata is still
    // refused.
    await expect(oauth.discover(issuer)).rejects.toMatchObject(refusal)
    const byName = world(metadataOf(issuer, { token_endpoint: 'https://neighbour.example/token' }))
    expect((await byName.oauth.discover(issuer)).issuer).toBe(issuer)
  })
})
