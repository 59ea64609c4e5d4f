import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { serviceId } from '#shared/credential.ts'
import type { OAuthProvider } from '../../core/provider.ts'
import { providerDirectory } from './providers.ts'

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
