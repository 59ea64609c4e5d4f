import { expect, it } from 'vitest'
import type { OAuthProvider } from '../../core/provider.ts'
import { START, sampleEndpoints, sampleGrant, sampleProvider } from '../../core/testing/samples.ts'
import { createOAuthClient } from '../oauth-client.ts'

const issuer = 'https://sso.example.net'
const provider: OAuthProvider = { ...sampleProvider, endpoints: sampleEndpoints() }

it('the life of a renewed token counts from the moment its request was sent, however late the answer comes', async () => {
  let now = START.getTime()
  const client = createOAuthClient({
    now: () => new Date(now),
    allowLoopbackHttp: false,
    fetch: async () => {
      now += 14_000
      return Response.json({ access_token: 'access-2', token_type: 'bearer', expires_in: 60 })
    }
  })
  const { tokens } = await client.refresh(sampleGrant({ provider }), () => undefined)
  expect(tokens.issuedAt).toEqual(START)
  expect(tokens.expiry).toEqual({ kind: 'at', at: new Date(START.getTime() + 60_000) })
})

it('a request is written down after the provider was found and before its token is sent', async () => {
  const order: string[] = []
  const client = createOAuthClient({
    now: () => START,
    allowLoopbackHttp: false,
    fetch: async (url) => {
      order.push(new URL(url).pathname)
      const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` }
      return Response.json(url.endsWith('/token') ? { access_token: 'access-2' } : { issuer, ...endpoints })
    }
  })
  await client.refresh(sampleGrant(), () => order.push('written down'))
  expect(order).toEqual(['/.well-known/openid-configuration', 'written down', '/token'])
})
