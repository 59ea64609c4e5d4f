import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src-main/core/secret.ts'
import type { OAuthProvider } from '../../../src-main/core/provider.ts'
import { createOAuthClient } from '../../../src-main/oauth/oauth-client.ts'
import { builtInProviders } from '../../../src-main/oauth/providers/providers.ts'

type Sent = { readonly url: string; readonly init: RequestInit }

function githubRow(): OAuthProvider {
  const row = builtInProviders.find(({ id }) => id === 'github')
  if (row?.kind !== 'oauth') throw new Error('There is no GitHub row')
  return row
}

/** Signs in at the GitHub row while GitHub's token endpoint answers with `body`. */
async function signIn(body: string, contentType: string) {
  const sent: Sent[] = []
  const client = createOAuthClient({
    now: () => new Date(),
    allowLoopbackHttp: false,
    fetch: async (url, init) => {
      sent.push({ url, init })
      return new Response(body, { headers: { 'content-type': contentType } })
    }
  })
  const pending = await client.begin({
    provider: githubRow(),
    client: { id: 'client-1', secret: new Secret('app-secret') },
    scopes: ['read:user', 'repo'],
    loginHint: null
  })
  const page = new URL(pending.url)
  const redirect = `${page.searchParams.get('redirect_uri') ?? ''}?code=c0de&state=${page.searchParams.get('state') ?? ''}`
  const response = await fetch(redirect)
  await response.body?.cancel()
  await pending.answered
  try {
    return { page, sent, grant: await pending.redeem() }
  } finally {
    await pending.close()
  }
}

describe('signing in at GitHub', () => {
  it('goes to GitHub’s own addresses without asking for metadata, and asks for JSON', async () => {
    const { page, sent } = await signIn(
      '{"access_token":"gho_x","scope":"read:user,repo","token_type":"bearer"}',
      'application/json'
    )
    expect(`${page.origin}${page.pathname}`).toBe('https://github.com/login/oauth/authorize')
    expect(page.searchParams.get('scope')).toBe('read:user repo')
    expect(page.searchParams.get('code_challenge_method')).toBe('S256')
    expect(sent.map(({ url }) => url)).toEqual(['https://github.com/login/oauth/access_token'])
    expect(sent[0]?.init.headers).toMatchObject({ accept: 'application/json' })
    expect(sent[0]?.init.body).toContain('client_secret=app-secret')
  })

  it.each([
    ['{"access_token":"gho_x","scope":"read:user,repo","token_type":"bearer"}', 'application/json'],
    ['access_token=gho_x&scope=read%3Auser%2Crepo&token_type=bearer', 'application/x-www-form-urlencoded']
  ])('reads %s: scopes with commas, and a token that does not expire', async (body, contentType) => {
    const { grant } = await signIn(body, contentType)
    expect(grant.scopesGranted).toEqual(['read:user', 'repo'])
    expect(grant.tokens.expiry).toEqual({ kind: 'never' })
    expect(grant.tokens.refreshToken).toBeNull()
  })

  it('sees the error in an answer with status 200', async () => {
    const body =
      '{"error":"incorrect_client_credentials","error_description":"The client_id and/or client_secret are incorrect."}'
    await expect(signIn(body, 'application/json')).rejects.toMatchObject({
      code: 'CLIENT_REFUSED',
      message: expect.stringContaining('client secret')
    })
  })
})
