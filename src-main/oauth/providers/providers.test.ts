import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { providerChoice } from '#shared/provider-choice.ts'
import type { OAuthProvider, Provider } from '../../core/provider.ts'
import { FIXED_PORT } from '../provider-rows/base.ts'
import { registrationGuides } from './registration-guides.ts'
import { builtInProviders, providerDirectory, toProviderChoice } from './providers.ts'

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
      expect(row.checkedOn).toBe('2026-11-21')
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

  it('gives providers that compare redirect addresses to the letter localhost and one port', () => {
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
