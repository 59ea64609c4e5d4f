import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { providerChoice } from '#shared/provider-choice.ts'
import { serviceId } from '#shared/credential.ts'
import type { OAuthProvider, Provider } from '../../core/provider.ts'
import { FIXED_PORT } from '../provider-rows/base.ts'
import { registrationGuides } from './registration-guides.ts'
import {
  builtInProviders,
  providerDirectory,
  toProviderChoice,
  isHostOfAnother,
  strangerAmong
} from './providers.ts'

const github = builtInProviders.find(
  (row): row is OAuthProvider => row.id === 'github' && row.kind === 'oauth'
)
if (github === undefined) throw new Error('There is no GitHub row')

describe('the table of providers', () => {
  it('keeps its own rules', () => {
    expect(providerDirectory().all).toHaveLength(builtInProviders.length)
  })

  it('becomes a gallery the contract accepts, with an https help page for every row', () => {
    for (const row of builtInProviders) {
      expect(v.is(providerChoice, toProviderChoice(row))).toBe(true)
      expect(row.help).toMatch(/^https:\/\//)
    }
  })

  const prefixes: [string, string][] = [
    ['ghp_x', 'github-token'],
    ['github_pat_x', 'github-token'],
    ['glpat-x', 'gitlab'],
    ['sk-x', 'openai'],
    ['sk-ant-x', 'anthropic'],
    ['sk_live_x', 'stripe'],
    ['sk_test_x', 'stripe'],
    ['npm_x', 'npm'],
    ['xoxb-x', 'slack'],
    ['xoxp-x', 'slack'],
    ['hf_x', 'huggingface'],
    ['sntrys_x', 'sentry'],
    ['sntryu_x', 'sentry'],
    ['lin_api_x', 'linear'],
    ['ntn_x', 'notion'],
    ['secret_x', 'notion'],
    ['figd_x', 'figma'],
    ['cfut_x', 'cloudflare'],
    ['dop_v1_x', 'digitalocean'],
    ['dp.pt.x', 'doppler'],
    ['dp.sa.x', 'doppler'],
    ['sk_org_live_x', 'stripe'],
    ['sbp_fc_x', 'supabase'],
    ['napi_x', 'neon'],
    ['nfp_x', 'netlify'],
    ['PMAK-x', 'postman'],
    ['re_x', 'resend'],
    ['SG.x', 'sendgrid'],
    ['sbp_x', 'supabase'],
    ['ciox', 'crates-io'],
    ['pypi-x', 'pypi'],
    ['dckr_pat_x', 'docker-hub'],
    ['AIzax', 'gemini'],
    ['AQ.x', 'gemini'],
    ['gsk_x', 'groq'],
    ['sk-or-x', 'openrouter'],
    ['pplx-x', 'perplexity'],
    ['r8_x', 'replicate'],
    ['tvly-x', 'tavily'],
    ['xai-x', 'xai']
  ]
  it.each(prefixes)('knows whose key begins with %s', (key, service) => {
    const row = builtInProviders.find(({ id }) => id === service)
    expect(row?.kind === 'api-key' && row.keyPrefixes.some((prefix) => key.startsWith(prefix))).toBe(true)
  })

  const broken: [string, Provider][] = [
    [
      'an endpoint over http',
      { ...github, endpoints: { ...github.endpoints, kind: 'discovered', issuer: 'http://x.example' } }
    ],
    ['an id with a capital', { ...github, id: 'GitHub' }],
    ['a help page that is no https address', { ...github, help: 'javascript:alert(1)' }],
    ['a parameter that is ours', { ...github, authorizationParams: { state: 'fixed' } }],
    [
      'a parameter of a refresh that is ours',
      { ...github, refresh: { ...github.refresh, params: { refresh_token: 'fixed' } } }
    ],
    ['a refresh over http', { ...github, refresh: { ...github.refresh, url: 'http://x.example/refresh' } }],
    ['no surface', { ...github, surfaces: [] }],
    ['an id there is already', github]
  ]
  it.each(broken)('is refused at start with %s', (_name, row) => {
    expect(() => providerDirectory([github, row])).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' })
    )
  })

  it('shows GitHub with what a person has to bring', () => {
    expect(toProviderChoice(github)).toMatchObject({
      host: 'github.com',
      // A sign-in by a code works without a secret.
      needsClientSecret: false,
      surface: 'window'
    })
    expect(toProviderChoice(github, true).surface).toBe('browser')
  })

  it('has every service of the table of the design', () => {
    const services = builtInProviders.filter(({ kind }) => kind === 'oauth').map(({ id }) => id)
    expect(services).toEqual([
      'github',
      'github-app',
      'gitlab-oauth',
      'huggingface-oauth',
      'sentry-oauth',
      'google',
      'microsoft',
      'dropbox',
      'spotify',
      'discord',
      'slack-oauth',
      'atlassian',
      'notion-oauth',
      'linear-oauth',
      'figma-oauth'
    ])
  })

  it('claims for no row that a sign-in has worked, and names the source of each', () => {
    for (const row of builtInProviders) {
      expect(row.source.length).toBeGreaterThan(10)
      expect(row.checkedOn).toMatch(/^2026-11-(?:21|30)$/)
      if (row.kind === 'oauth') expect(row.status).toBe('documented')
    }
  })

  it('lets no key go to a registry of packages', () => {
    const hosts = builtInProviders.flatMap((row) => (row.kind === 'api-key' ? row.allowedHosts : []))
    expect(hosts).not.toHaveLength(0)
    expect(hosts.filter((host) => host.includes('npm'))).toEqual([])
  })

  it('offers a code only where the row has an address for it', () => {
    for (const row of builtInProviders) {
      if (row.kind !== 'oauth' || row.endpoints.kind !== 'fixed') continue
      expect([row.id, row.surfaces.includes('device')]).toEqual([
        row.id,
        row.endpoints.deviceAuthorization !== null
      ])
    }
  })

  it('shows Google in the browser only, and there with what brings a refresh token', () => {
    const row = builtInProviders.find(({ id }) => id === 'google')
    expect(row).toMatchObject({
      embedded: 'forbidden',
      surfaces: ['browser'],
      authorizationParams: { access_type: 'offline', prompt: 'consent' }
    })
  })

  it.each(['google', 'figma-oauth'])('never shows %s in a window of its own, which it forbids', (id) => {
    const row = builtInProviders.find((one) => one.id === id)
    expect(row && toProviderChoice(row).surface).toBe('browser')
  })

  it('gives providers that compare redirect URIs to the letter localhost and one port', () => {
    const exact = builtInProviders.filter((row) => row.kind === 'oauth' && row.redirect.ports.length > 0)
    expect(exact.map(({ id }) => id)).toEqual([
      'sentry-oauth',
      'dropbox',
      'discord',
      'slack-oauth',
      'atlassian',
      'notion-oauth',
      'linear-oauth',
      'figma-oauth'
    ])
    for (const row of exact) {
      expect(row).toMatchObject({ redirect: { host: 'localhost', ports: [FIXED_PORT], path: '/callback' } })
    }
  })

  it('asks for a client secret where no sign-in does without one', () => {
    const asked = builtInProviders.filter((row) => toProviderChoice(row).needsClientSecret)
    expect(asked.map(({ id }) => id)).toEqual(['google', 'atlassian', 'notion-oauth', 'figma-oauth'])
    const byCode = builtInProviders.filter((row) => toProviderChoice(row).codeWithoutSecret)
    expect(byCode.map(({ id }) => id)).toEqual(['github', 'github-app', 'sentry-oauth'])
  })

  it('tells for every service how a client is created there, with the address to paste', () => {
    for (const row of builtInProviders) {
      const { registration } = toProviderChoice(row)
      if (row.kind !== 'oauth') expect(registration).toBeNull()
      else expect(registration?.steps.length).toBeGreaterThanOrEqual(3)
    }
    const services = builtInProviders.filter(({ kind }) => kind === 'oauth').map(({ id }) => id)
    expect(Object.keys(registrationGuides).toSorted()).toEqual(services.toSorted())
  })

  it('has no steps for a row of a person’s own, whatever its id', () => {
    for (const id of ['work', 'constructor']) {
      expect(toProviderChoice({ ...github, id }).registration).toEqual({
        steps: [],
        redirectUri: 'http://127.0.0.1/callback'
      })
    }
  })

  it.each([
    ['github', 'http://127.0.0.1/callback'],
    ['spotify', 'http://127.0.0.1/callback'],
    ['microsoft', 'http://localhost/callback'],
    ['slack-oauth', `http://localhost:${FIXED_PORT}/callback`]
  ])('has people register at %s the address %s', (id, address) => {
    const row = builtInProviders.find((one) => one.id === id)
    expect(row && toProviderChoice(row).registration?.redirectUri).toBe(address)
  })
})

const make = (
  issuer: string,
  taken: readonly string[] = [],
  scopes: string[] = ['openid', 'x:y']
): OAuthProvider =>
  providerDirectory().custom({
    issuer,
    namesIssuer: false,
    name: 'Mine',
    scopes,
    isTaken: (id) => taken.includes(id)
  })

describe('a row for an issuer of the person’s own', () => {
  const rows: [string, string][] = [
    ['https://sso.example.net', 'sso.example.net'],
    ['https://SSO.Example.net/', 'sso.example.net'],
    ['https://sso.example.net:8443/realms/Main', 'sso.example.net-8443-realms-main'],
    ['http://127.0.0.1:3000', '127.0.0.1-3000'],
    ['http://[::1]:3000', '1-3000'],
    ['https://github', 'github-2'],
    [`https://${'a'.repeat(60)}.example/${'b'.repeat(200)}`, `${'a'.repeat(60)}.example-${'b'.repeat(21)}`]
  ]
  it.each(rows)('%s is the service %s', (issuer, id) => {
    const row = make(issuer)
    expect(row.id).toBe(id)
    expect(v.is(serviceId, row.id)).toBe(true)
  })

  it('does not share a service with another issuer', () => {
    expect(make('https://sso.example.net', ['sso.example.net', 'sso.example.net-2']).id).toBe(
      'sso.example.net-3'
    )
  })

  it('offers the scopes of the issuer, with words where we have some', () => {
    expect(make('https://sso.example.net').scopes).toEqual([
      { scope: 'openid', description: 'Know who is signed in', byDefault: true },
      { scope: 'x:y', description: '', byDefault: false }
    ])
  })
})

describe('a row for an issuer of a known family', () => {
  const plain = make('https://sso.example.net')

  it('knows that Microsoft takes localhost with any port, and when a grant there ends unused', () => {
    expect(make('https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0')).toMatchObject(
      {
        redirect: { host: 'localhost', ports: [], path: '/callback/39e30aecbeada7f8' },
        embedded: 'ok',
        refresh: { rotates: true, idleDays: 90 }
      }
    )
  })

  it('knows a GitLab of one’s own by its scopes, and what it wants at a refresh', () => {
    const scopes = ['read_user', 'read_repository', 'openid']
    expect(make('https://git.example.net', [], scopes).refresh).toMatchObject({
      rotates: true,
      sendsRedirectUri: true
    })
    expect(make('https://git.example.net').refresh).toEqual(plain.refresh)
  })

  it.each([
    ['https://acme.eu.auth0.com/', 0],
    ['https://acme.okta.com/oauth2/default', 30],
    ['https://acme.okta.com.evil.example', null],
    ['https://evil.example/auth0.com', null]
  ])('at %s knows for how many seconds an old refresh token is still taken: %s', (issuer, seconds) => {
    expect(make(issuer).refresh.graceSeconds).toBe(seconds)
  })

  it.each([
    ['https://id.example.net/realms/main', 'ok'],
    ['https://id.example.net/auth/realms/main/', 'ok'],
    ['https://id.example.net/realms/main/other', 'unknown']
  ])('at %s is a realm of Keycloak or is not', (issuer, embedded) => {
    expect(make(issuer).embedded).toBe(embedded)
  })

  it('says where it was read, and keeps the rules of the table', () => {
    const row = make('https://abcdefgh.supabase.co/auth/v1')
    expect(row.source).toContain('supabase.com/docs')
    expect(providerDirectory([row]).all).toEqual([row])
  })
})

describe('the host of a built-in provider', () => {
  it.each([
    ['github.com', 'https://evil.example'],
    // Both lead to the provider's own page by a redirect.
    ['www.github.com', 'https://evil.example'],
    ['figma.com', 'https://evil.example'],
    ['login.microsoftonline.com', 'https://evil.example'],
    ['oauth2.googleapis.com', 'https://login.microsoftonline.com/common/v2.0'],
    ['github.com:8443', 'https://evil.example'],
    ['api.github.com:8443', 'https://github.com'],
    ['github.com', 'https://github.com:8443']
  ])('%s is that of another than %s', (host, issuer) => {
    expect(isHostOfAnother(host, issuer)).toBe(true)
  })

  it.each([
    ['github.com', 'https://github.com/login/oauth'],
    ['login.microsoftonline.com', 'https://login.microsoftonline.com/some-tenant/v2.0'],
    ['oauth2.googleapis.com', 'https://accounts.google.com'],
    // Figma's MCP server does this: one company, several hosts.
    ['www.figma.com', 'https://api.figma.com'],
    ['sso.example.net', 'https://evil.example'],
    ['notgithub.com', 'https://evil.example']
  ])('%s is not that of another than %s', (host, issuer) => {
    expect(isHostOfAnother(host, issuer)).toBe(false)
  })
})

describe('addresses that belong together', () => {
  it('are those of one provider, or of no built-in provider', () => {
    expect(strangerAmong(['https://github.com/login/oauth/authorize', 'https://api.github.com/x'])).toBeNull()
    expect(
      strangerAmong([
        'https://accounts.google.com/o/oauth2/v2/auth',
        'https://openidconnect.googleapis.com/v1/userinfo'
      ])
    ).toBeNull()
    expect(strangerAmong(['https://sso.example.net/a', 'https://tokens.example.org/b'])).toBeNull()
  })

  it('are not a built-in sign-in page and a place elsewhere that its codes would go to', () => {
    const page = 'https://github.com/login/oauth/authorize'
    expect(strangerAmong([page, 'https://evil.example/token'])).toBe('https://evil.example/token')
    expect(strangerAmong(['https://evil.example/token', page])).toBe('https://evil.example/token')
    expect(strangerAmong([page, 'https://gitlab.com/oauth/token'])).toBe(page)
  })

  it.each([
    [['https://github.com/login/oauth/authorize', 'https://github.com:8443/token'], 1],
    [['https://github.com:8443/authorize', 'https://evil.example/token'], 0],
    [['https://github.com:8443/authorize', 'https://github.com:8443/token'], 0]
  ])('are not those of another port: %s', (addresses, stranger) => {
    expect(strangerAmong(addresses)).toBe(addresses[stranger])
  })
})
