import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ScriptedProvider, startScriptedProvider } from '../../support/scripted-provider.ts'

let provider: ScriptedProvider

beforeEach(async () => {
  provider = await startScriptedProvider()
})
afterEach(() => provider.close())

const endpoints = (base: string) => ({
  authorization_endpoint: `${base}/authorize`,
  token_endpoint: `${base}/token`
})
const S256 = { code_challenge_methods_supported: ['S256'] }

/** Discovers an issuer that answers with `document` at its first well-known address. */
async function discover(issuer: string, document: object) {
  provider.say({ body: { issuer, ...document } })
  return await provider.oauth.discover(issuer)
}

describe('a server that a person names by its address', () => {
  it('may leave its issuer out of answers, as Auth0 does: that is noted and no check fails', async () => {
    const base = 'https://acme.eu.auth0.com'
    const report = await discover(`${base}/`, {
      ...endpoints(base),
      ...S256,
      revocation_endpoint: `${base}/r`
    })
    expect(report.checks.every(({ ok }) => ok)).toBe(true)
    expect(report.notes.join()).toContain('do not name their issuer')
    expect(report.revocation).toBe(true)
  })

  it('may be an authorization server of Okta below a path', async () => {
    const base = 'https://acme.okta.com/oauth2/default'
    const report = await discover(base, { ...endpoints(`${base}/v1`), ...S256 })
    expect(report.checks.every(({ ok }) => ok)).toBe(true)
    expect(provider.received[0]?.at).toBe('acme.okta.com/oauth2/default/.well-known/openid-configuration')
  })

  it('may be a realm of Keycloak, which names its issuer', async () => {
    const base = 'https://id.example.net/realms/main'
    const document = {
      ...endpoints(`${base}/protocol/openid-connect`),
      ...S256,
      authorization_response_iss_parameter_supported: true
    }
    expect((await discover(base, document)).notes).toEqual([])
  })

  it('may be one tenant of Microsoft, which announces no PKCE and has no revocation', async () => {
    const tenant = 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555'
    const report = await discover(`${tenant}/v2.0`, endpoints(`${tenant}/oauth2/v2.0`))
    expect(report.checks.every(({ ok }) => ok)).toBe(true)
    expect(report.notes.join()).toContain('PKCE is not announced')
    expect(report.revocation).toBe(false)
  })

  it('is refused as all tenants of Microsoft together, whose metadata names a pattern for an issuer', async () => {
    const common = 'https://login.microsoftonline.com/common'
    provider.say({
      body: {
        issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
        ...endpoints(`${common}/oauth2/v2.0`)
      }
    })
    await expect(provider.oauth.discover(`${common}/v2.0`)).rejects.toMatchObject({
      code: 'PROVIDER_REFUSED'
    })
  })

  it('may be a project of Supabase, whose metadata is where RFC 8414 puts it', async () => {
    const base = 'https://abcdefgh.supabase.co/auth/v1'
    provider.say(
      { status: 404, body: {} },
      { body: { issuer: base, ...endpoints(`${base}/oauth`), ...S256 } }
    )
    const report = await provider.oauth.discover(base)
    expect(report.checks.every(({ ok }) => ok)).toBe(true)
    expect(provider.received[1]?.at).toBe(
      'abcdefgh.supabase.co/.well-known/oauth-authorization-server/auth/v1'
    )
  })

  it('may not send people to a host of a provider that we know', async () => {
    const base = 'https://evil.example'
    const document = {
      ...endpoints(base),
      authorization_endpoint: 'https://github.com/login/oauth/authorize'
    }
    await expect(discover(base, document)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
  })
})
