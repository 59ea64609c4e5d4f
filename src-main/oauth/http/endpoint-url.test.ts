import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeIssuer, safeUrl } from './endpoint-url.ts'

const strict = { allowLoopbackHttp: false }
const lenient = { allowLoopbackHttp: true }

/** Values that a hostile server may send in the place of an address. */
const hostileAddresses: readonly unknown[] = [
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,x',
  'ms-msdt:/id PCWDiagnostic',
  'ms-settings:privacy',
  'vbscript:x',
  '$(touch /tmp/x)',
  'https://as.example/$(touch%20/tmp/x)',
  'https://as.example/`id`',
  'https://as.example/a"b',
  "https://as.example/a'b",
  'https://as.example/\r\nHost: evil.example',
  'https://as.example/\u0000',
  'https://as.example/a b',
  'https://as.example/%0aHost:%20evil.example',
  'https://as.example/%00',
  ' https://as.example/',
  '-flag',
  '--open=https://as.example',
  'https://user:secret@as.example/token',
  'https://user@as.example/token',
  'https://as.example/token#fragment',
  'https:\\\\as.example\\token',
  'https:as.example',
  'https://',
  '//as.example/token',
  '/token',
  '',
  'http://as.example/token',
  'http://10.0.0.1/token',
  'http://127.0.0.1.evil.example/token',
  'http://localhost.evil.example/token',
  'ftp://as.example/token',
  // Another name of the same host, which lists of hosts do not contain.
  'https://github.com./login/oauth/authorize',
  'https://as.example.:8443/token',
  `https://as.example/${'a'.repeat(3000)}`,
  null,
  undefined,
  7,
  {},
  ['https://as.example/token']
]

describe('an address from outside', () => {
  it.each(hostileAddresses)('%j is refused', (address) => {
    expect(safeUrl(address, lenient)).toBeNull()
  })

  it.each([
    'https://as.example/token',
    'https://as.example:8443/a/b?p=x',
    'https://[2001:db8::1]/token',
    'https://bücher.example/token'
  ])('%s is taken', (address) => {
    expect(safeUrl(address, strict)?.protocol).toBe('https:')
  })

  it('leads nowhere but to https, or it is refused', () => {
    const address = fc.oneof(
      fc.webUrl({ validSchemes: ['http', 'https', 'ftp', 'file'] }),
      fc.string({ unit: 'binary' })
    )
    fc.assert(
      fc.property(address, fc.string(), (text, tail) => {
        expect(safeUrl(text + tail, strict)?.protocol ?? 'https:').toBe('https:')
      }),
      { numRuns: 2000 }
    )
  })

  it('shows a name outside ASCII as punycode', () => {
    expect(safeUrl('https://gіthub.com/token', strict)?.host).toBe('xn--gthub-n2e.com')
  })

  it.each(['http://127.0.0.1:8080/token', 'http://localhost/token', 'http://[::1]:9/token'])(
    '%s is taken only where plain http to this computer is allowed',
    (address) => {
      expect(safeUrl(address, lenient)).not.toBeNull()
      expect(safeUrl(address, strict)).toBeNull()
    }
  )
})

describe('an issuer', () => {
  it.each(['https://as.example/?a=b', 'https://as.example?', 'https://as.example/#x', 'http://as.example'])(
    'is not %s (RFC 8414 section 2)',
    (address) => {
      expect(safeIssuer(address, lenient)).toBeNull()
    }
  )

  it.each(['https://as.example', 'https://as.example/realms/a'])('%s is one', (address) => {
    expect(safeIssuer(address, strict)).not.toBeNull()
  })
})
