import { describe, expect, it } from 'vitest'
import { ClientRegistrar } from './client-registration.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import { readMetadata } from '../metadata/issuer-metadata.ts'

const MINUTE = 60_000
const rules = { allowLoopbackHttp: false, isForeignHost: () => false }

function metadataOf(issuer: string): IssuerMetadata {
  const document = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`
  }
  return readMetadata(document, issuer, rules)
}

function registrar(answer: (number: number) => object) {
  const sent: { url: string; body: unknown }[] = []
  let now = 0
  const made = new ClientRegistrar({
    now: () => new Date(now),
    fetch: async (url, { body }) => {
      sent.push({ url, body: typeof body === 'string' ? JSON.parse(body) : null })
      return Response.json(answer(sent.length), { status: 201 })
    }
  })
  return { made, sent, pass: (ms: number) => void (now += ms) }
}

const wish = { resource: 'https://files.example/mcp' }
const numbered = (number: number): object => ({ client_id: `client-${String(number)}` })

describe('registering at an authorization server', () => {
  it('asks for a public native client with the loopback redirect URI', async () => {
    const { made, sent } = registrar(numbered)
    const client = await made.register(metadataOf('https://as.example'), wish)
    const redirect = { host: '127.0.0.1', ports: [], path: '/mcp/93e20fbd9d9436f7' }
    expect(client).toEqual({ id: 'client-1', secret: null, auth: 'none', redirect })
    expect(sent).toHaveLength(1)
    expect(sent[0]?.url).toBe('https://as.example/register')
    expect(sent[0]?.body).toMatchObject({
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/mcp/93e20fbd9d9436f7'],
      response_types: ['code']
    })
  })

  it('is done once for attempts within ten minutes, and again after them', async () => {
    const { made, sent, pass } = registrar(numbered)
    const metadata = metadataOf('https://as.example')
    await Promise.all([made.register(metadata, wish), made.register(metadata, wish)])
    expect(sent).toHaveLength(1)
    pass(11 * MINUTE)
    expect((await made.register(metadata, wish)).id).toBe('client-2')
  })

  it('is done once more at once for a client that the server has forgotten', async () => {
    const { made, sent } = registrar(numbered)
    const metadata = metadataOf('https://as.example')
    const { id } = await made.register(metadata, wish)
    expect((await made.register(metadata, { ...wish, forgotten: id })).id).toBe('client-2')
    expect((await made.register(metadata, { ...wish, forgotten: id })).id).toBe('client-2')
    expect(sent).toHaveLength(2)
  })

  it('gives each resource a client of its own, within ten minutes too', async () => {
    const { made, sent } = registrar(numbered)
    const metadata = metadataOf('https://as.example')
    const one = await made.register(metadata, wish)
    const other = await made.register(metadata, { resource: 'https://mail.example/mcp' })
    expect(other.id).not.toBe(one.id)
    expect(sent).toHaveLength(2)
  })

  it('gives each issuer a client of its own', async () => {
    const { made } = registrar(numbered)
    const one = await made.register(metadataOf('https://as.example'), wish)
    const other = await made.register(metadataOf('https://other.example'), wish)
    expect(other.id).not.toBe(one.id)
    // RFC 9700 section 4.4.2.2: otherwise one issuer could receive the codes of the other.
    expect(other.redirect).not.toEqual(one.redirect)
  })

  it.each([
    ['none', undefined, 'none'],
    ['client_secret_post', 'sh-1', 'post'],
    ['client_secret_basic', 'sh-1', 'basic'],
    [undefined, 'sh-1', 'basic'],
    ['none', 'sh-1', 'none']
  ] as const)(
    'takes a server that answers with method %s and secret %s at its word',
    async (method, secret, auth) => {
      const answer = { client_id: 'c', client_secret: secret, token_endpoint_auth_method: method }
      const client = await registrar(() => answer).made.register(metadataOf('https://as.example'), wish)
      expect(client.auth).toBe(auth)
      expect(client.secret?.expose((text) => text) ?? null).toBe(auth === 'none' ? null : secret)
    }
  )
})
