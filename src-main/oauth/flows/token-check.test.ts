import { describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../core/provider.ts'
import { sampleEndpoints, sampleGrant, sampleProvider } from '../../core/testing/samples.ts'
import { createOAuthClient } from '../oauth-client.ts'

const issuer = 'https://sso.example.net'

const profile = (status: number): Response =>
  status === 204 ? new Response(null, { status }) : Response.json({ sub: 'ana' }, { status })

function check(userinfo: string | null, status: number, answer: Response = profile(status)) {
  const provider: OAuthProvider = { ...sampleProvider, endpoints: sampleEndpoints({ userinfo }) }
  const client = createOAuthClient({
    now: () => new Date(),
    allowLoopbackHttp: false,
    fetch: async () => answer
  })
  const grant = sampleGrant({ provider })
  return client.check(grant, grant.tokens.accessToken)
}

describe('a token that its provider is asked about', () => {
  it.each([
    [200, true],
    [403, true],
    [401, false]
  ])('works or not, as the provider answers (%i)', async (status, works) => {
    expect(await check(`${issuer}/me`, status)).toMatchObject({ works })
  })

  // The request or the address is at fault here; a working token must not be called dead.
  it.each([202, 204, 400, 404, 405, 410, 429, 500])(
    'is not called dead for an unclear answer (%i)',
    async (status) => {
      await expect(check(`${issuer}/me`, status)).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' })
    }
  )

  it.each([
    ['a page of the network', '<html>Log in to the Wi-Fi</html>', 'text/html'],
    ['nothing', '', 'application/json'],
    ['a list', '[]', 'application/json']
  ])('is not called good for %s with 200', async (_name, body, type) => {
    const answer = new Response(body, { headers: { 'content-type': type } })
    await expect(check(`${issuer}/me`, 200, answer)).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' })
  })

  it('is called good for a profile that is signed', async () => {
    const answer = new Response('eyJh.eyJzdWIi.c2ln', { headers: { 'content-type': 'application/jwt' } })
    expect(await check(`${issuer}/me`, 200, answer)).toMatchObject({ works: true })
  })

  it('is not called dead if there is no address to ask', async () => {
    await expect(check(null, 200)).rejects.toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
      message: expect.stringContaining('names no address')
    })
  })
})
