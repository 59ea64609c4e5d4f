import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { wellKnownPlaces } from './discovery.ts'
import { readMetadata } from './issuer-metadata.ts'
import { isHostOfAnother } from '../providers/providers.ts'

const ISSUER = 'https://as.example'
const rules = { allowLoopbackHttp: false, isForeignHost: isHostOfAnother }
const good = {
  issuer: ISSUER,
  authorization_endpoint: 'https://as.example/authorize',
  token_endpoint: 'https://token.as.example/token',
  revocation_endpoint: 'https://as.example/revoke',
  code_challenge_methods_supported: ['plain', 'S256'],
  scopes_supported: ['openid', 7, 'email'],
  authorization_response_iss_parameter_supported: true
}

describe('metadata of an issuer', () => {
  it('is read as far as it is needed', () => {
    expect(readMetadata(good, ISSUER, rules)).toEqual({
      issuer: ISSUER,
      authorizationEndpoint: 'https://as.example/authorize',
      tokenEndpoint: 'https://token.as.example/token',
      revocationEndpoint: 'https://as.example/revoke',
      userinfoEndpoint: null,
      deviceAuthorizationEndpoint: null,
      introspectionEndpoint: null,
      pushedAuthorizationEndpoint: null,
      requiresPushedAuthorization: false,
      registrationEndpoint: null,
      grantTypes: null,
      namesIssuerInAnswers: true,
      announcesPkce: true,
      scopes: ['openid', 'email'],
      idTokenAlgorithms: []
    })
  })

  it('names the endpoints of extensions where there are any', () => {
    const extended = {
      ...good,
      device_authorization_endpoint: 'https://as.example/device',
      introspection_endpoint: 'https://as.example/introspect',
      pushed_authorization_request_endpoint: 'https://as.example/par',
      require_pushed_authorization_requests: true,
      registration_endpoint: 'https://as.example/register',
      grant_types_supported: ['authorization_code', null, 'refresh_token']
    }
    expect(readMetadata(extended, ISSUER, rules)).toMatchObject({
      deviceAuthorizationEndpoint: 'https://as.example/device',
      introspectionEndpoint: 'https://as.example/introspect',
      pushedAuthorizationEndpoint: 'https://as.example/par',
      requiresPushedAuthorization: true,
      registrationEndpoint: 'https://as.example/register',
      grantTypes: ['authorization_code', 'refresh_token']
    })
  })

  it('requires pushed requests only where it says so with a boolean', () => {
    const vague = { ...good, require_pushed_authorization_requests: 'true' }
    expect(readMetadata(vague, ISSUER, rules).requiresPushedAuthorization).toBe(false)
  })

  it.each([
    'device_authorization_endpoint',
    'introspection_endpoint',
    'pushed_authorization_request_endpoint',
    'registration_endpoint'
  ])('is refused with an unsafe %s, or one of another provider', (name) => {
    for (const address of ['http://as.example/x', 'https://github.com/login/x', 'file:///x', 7]) {
      expect(() => readMetadata({ ...good, [name]: address }, ISSUER, rules)).toThrow(VaultError)
    }
  })

  it('counts in its own spelling where only the slash after the host differs', () => {
    expect(readMetadata({ ...good, issuer: `${ISSUER}/` }, ISSUER, rules).issuer).toBe(`${ISSUER}/`)
  })

  it('may leave PKCE unmentioned; it is used all the same', () => {
    const { code_challenge_methods_supported: _gone, ...rest } = good
    expect(readMetadata(rest, ISSUER, rules).announcesPkce).toBe(false)
  })

  const refusals: [string, unknown][] = [
    ['no object', []],
    ['nothing', null],
    ['no issuer', { ...good, issuer: undefined }],
    ['another issuer', { ...good, issuer: 'https://evil.example' }],
    ['an issuer with another path', { ...good, issuer: `${ISSUER}/realms/b` }],
    ['an issuer in another case', { ...good, issuer: `${ISSUER}/A` }],
    ['an issuer over http', { ...good, issuer: 'http://as.example' }],
    ['no authorization endpoint', { ...good, authorization_endpoint: undefined }],
    ['no token endpoint', { ...good, token_endpoint: null }],
    ['a token endpoint over http', { ...good, token_endpoint: 'http://as.example/token' }],
    ['a token endpoint on this computer', { ...good, token_endpoint: 'http://127.0.0.1/token' }],
    ['a script for an authorization endpoint', { ...good, authorization_endpoint: 'javascript:alert(1)' }],
    ['an unsafe revocation endpoint', { ...good, revocation_endpoint: 'file:///etc/passwd' }],
    ['PKCE without S256', { ...good, code_challenge_methods_supported: ['plain'] }],
    [
      'a sign-in page of another provider',
      { ...good, authorization_endpoint: 'https://github.com/login/oauth/authorize' }
    ],
    [
      'a token endpoint of another provider',
      { ...good, token_endpoint: 'https://github.com/login/oauth/access_token' }
    ]
  ]
  it.each(refusals)('is refused with %s', (_name, document) => {
    let thrown: unknown
    try {
      readMetadata(document, ISSUER, { ...rules, allowLoopbackHttp: true })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(VaultError)
    expect(thrown).toMatchObject({ code: 'PROVIDER_REFUSED' })
  })
})

describe('where metadata is looked for', () => {
  const rows: [string, ...string[]][] = [
    [
      'https://as.example',
      'https://as.example/.well-known/openid-configuration',
      'https://as.example/.well-known/oauth-authorization-server'
    ],
    [
      'https://as.example/realms/a',
      'https://as.example/realms/a/.well-known/openid-configuration',
      'https://as.example/.well-known/oauth-authorization-server/realms/a',
      'https://as.example/.well-known/openid-configuration/realms/a'
    ],
    [
      'https://as.example/t/',
      'https://as.example/t/.well-known/openid-configuration',
      'https://as.example/.well-known/oauth-authorization-server/t',
      'https://as.example/.well-known/openid-configuration/t'
    ]
  ]
  it.each(rows)('%s', (issuer, ...places) => {
    expect(wellKnownPlaces(new URL(issuer))).toEqual(places)
  })
})
