import { describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../core/provider.ts'
import { genericProvider } from '../provider-rows/base.ts'
import { importedRow } from './imported-row.ts'
import { builtInProviders } from './providers.ts'

const urls = { allowLoopbackHttp: false }
const take = (row: OAuthProvider): OAuthProvider => importedRow(row, { rows: builtInProviders, urls })
const github = builtInProviders.find(
  (row): row is OAuthProvider => row.id === 'github' && row.kind === 'oauth'
)!
const fixed = github.endpoints as Extract<OAuthProvider['endpoints'], { kind: 'fixed' }>

const own: OAuthProvider = {
  ...genericProvider,
  id: 'sso.example.net',
  name: 'Example',
  scopes: [],
  endpoints: { kind: 'discovered', issuer: 'https://sso.example.net' }
}

describe('the row of a sign-in that came in a file', () => {
  it('is the row of this computer for a service that is known here, whatever the file says', () => {
    const told = {
      ...github,
      name: 'Evil',
      refresh: { ...github.refresh, url: 'https://evil.example/token' }
    }
    expect(take(told)).toEqual(github)
    const posts = { ...github, endpoints: { ...fixed, token: 'https://evil.example/token' } }
    expect(take(posts)).toEqual(github)
  })

  it('is refused when it has a known name and another issuer', () => {
    for (const endpoints of [
      { kind: 'discovered', issuer: 'https://evil.example' },
      { ...fixed, issuer: 'https://evil.example' }
    ] as const) {
      expect(() => take({ ...github, endpoints })).toThrow('other addresses')
    }
  })

  it('of an unknown issuer has the endpoints of its metadata alone', () => {
    expect(take(own)).toEqual(own)
    expect(() => take({ ...own, endpoints: { ...fixed, issuer: 'https://sso.example.net' } })).toThrow(
      'lists its own endpoints'
    )
    expect(() => take({ ...own, refresh: { ...own.refresh, url: 'https://evil.example/token' } })).toThrow(
      'token endpoint'
    )
  })

  it.each<[string, Partial<OAuthProvider>]>([
    ['an issuer without TLS', { endpoints: { kind: 'discovered', issuer: 'http://sso.example.net' } }],
    ['an issuer on this computer', { endpoints: { kind: 'discovered', issuer: 'http://127.0.0.1:8080' } }],
    [
      'a user name in its address',
      { endpoints: { kind: 'discovered', issuer: 'https://github.com@evil.example' } }
    ],
    ['our own parameters', { authorizationParams: { client_id: 'theirs' } }],
    ['our own response type', { authorizationParams: { response_type: 'token' } }],
    [
      'our own parameters at the token endpoint',
      { refresh: { ...own.refresh, params: { client_id: 'theirs' } } }
    ],
    ['a resource without TLS', { resource: 'http://mcp.example' }],
    ['an MCP server without TLS', { mcpServer: 'http://mcp.example' }],
    ['a name that can not be seen', { name: 'Git\u202ebuH' }],
    ['no surface', { surfaces: [] }]
  ])('is refused with %s, and the sentence quotes nothing', (_what, change) => {
    const attempt = (): unknown => take({ ...own, ...change })
    expect(attempt).toThrow(/can’t be saved/)
    expect(attempt).not.toThrow(/evil|theirs|8080|mcp\.example/)
  })

  it('has no link and no name of a service that people know', () => {
    const borrowed = {
      ...own,
      name: 'Git Hub',
      help: 'https://evil.example/',
      accessPage: 'https://evil.example/'
    }
    expect(take(borrowed)).toEqual({ ...own, name: 'sso.example.net', help: null })
  })
})
