import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { serviceId } from '#shared/credential.ts'
import type { OAuthProvider } from '../core/provider.ts'
import { providerDirectory } from './providers.ts'

const make = (issuer: string, taken: readonly string[] = []): OAuthProvider =>
  providerDirectory().custom({
    issuer,
    name: 'Mine',
    scopes: ['openid', 'x:y'],
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
