import { describe, expect, it } from 'vitest'
import { browserAddress, isAppPage, mayShow } from './address-rules.ts'

const hostile = [
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,x',
  'ms-settings:privacy',
  'http://sso.example.net/authorize',
  'https://user:pw@sso.example.net/',
  'https://sso.example.net/ --flag',
  'https://sso.example.net/\n--flag',
  'https://sso.example.net/\u202e',
  '-flag',
  '$(reboot)',
  '',
  `https://sso.example.net/${'a'.repeat(8200)}`
]

describe('an address for the person’s browser', () => {
  it.each(hostile)('is refused: %j', (url) => {
    expect(() => browserAddress(url, false)).toThrow('Latchkey does not open that address in a browser.')
  })

  it('is opened when it is plain https', () => {
    expect(browserAddress('https://sso.example.net/authorize?x=$(y)', false)).toBe(
      'https://sso.example.net/authorize?x=$(y)'
    )
  })

  it('may be http on 127.0.0.1 only where that was allowed, and never on another name of this machine', () => {
    expect(browserAddress('http://127.0.0.1:4000/auth', true)).toBe('http://127.0.0.1:4000/auth')
    expect(() => browserAddress('http://127.0.0.1:4000/auth', false)).toThrow('does not open')
    expect(() => browserAddress('http://localhost:4000/auth', true)).toThrow('does not open')
    expect(() => browserAddress('http://127.0.0.1.example.net/', true)).toThrow('does not open')
  })
})

describe('the provider’s page', () => {
  const redirect = 'http://127.0.0.1:4711'
  it.each([
    ['https anywhere, because providers hop', 'https://login.example.net/', true],
    ['the redirect URI of this attempt', 'http://127.0.0.1:4711/callback?code=x', true],
    ['another port of this machine', 'http://127.0.0.1:4712/', false],
    ['plain http', 'http://sso.example.net/', false],
    ['credentials in the address', 'https://a:b@sso.example.net/', false],
    ['a file', 'file:///etc/passwd', false],
    ['our own pages', 'app://vault/index.html', false],
    ['a program', 'mailto:x@example.net', false]
  ])('may show %s: %s → %s', (_what, url, allowed) => {
    expect(mayShow(url, redirect, false)).toBe(allowed)
  })
})

describe('our own page', () => {
  it.each([
    ['app://vault/index.html', true],
    ['app://vault/index.html#list', true],
    ['app://vault/sign-in.html', false],
    ['app://vault/index.html?x=1', false],
    ['app://vault.example.net/index.html', false],
    ['app://a@vault/index.html', false],
    ['https://vault/index.html', false],
    ['about:blank', false],
    ['', false]
  ])('%j → %s', (url, isOurs) => {
    expect(isAppPage(url, 'index.html')).toBe(isOurs)
  })
})
