import { describe, expect, it } from 'vitest'
import { isHostOfAnother, strangerAmong } from './host-owners.ts'

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
