import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeIssuer, safeUrl, isPrivateHost } from './endpoint-url.ts'

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

const hostOf = (address: string): string => new URL(address).hostname

describe('a host of this computer or of a private network', () => {
  it.each([
    'https://127.0.0.1',
    'https://127.1',
    'https://2130706433',
    'https://0x7f000001',
    'https://0177.0.0.1',
    'https://0.0.0.0',
    'https://0',
    'https://10.1.2.3',
    'https://100.64.0.1',
    'https://169.254.169.254',
    'https://172.16.0.1',
    'https://172.31.255.255',
    'https://192.168.1.1',
    'https://198.18.0.1',
    'https://224.0.0.1',
    'https://255.255.255.255',
    'https://[::1]',
    'https://[::]',
    'https://[fc00::1]',
    'https://[fd12:3456::1]',
    'https://[fe80::1]',
    'https://[ff02::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:c0a8:101]',
    'https://[::127.0.0.1]',
    'https://[64:ff9b::10.0.0.1]',
    'https://[64:ff9b::1]',
    'https://[64:ff9b::]',
    'https://[64:ff9b::10.0.0.0]',
    'https://[2002:7f00:1::]',
    'https://[2002:7f00::]',
    'https://[2002:a00::1]',
    'https://[2002::1]',
    'https://localhost',
    'https://LOCALHOST',
    'https://a.localhost',
    'https://printer.local',
    'https://vault.internal',
    'https://nas.home.arpa',
    'https://router'
  ])('is recognized: %s', (address) => expect(isPrivateHost(hostOf(address))).toBe(true))

  it.each([
    'https://as.example',
    'https://8.8.8.8',
    'https://100.128.0.1',
    'https://172.32.0.1',
    'https://192.169.0.1',
    'https://[2606:4700::1111]',
    'https://[::ffff:8.8.8.8]',
    'https://[64:ff9b::808:808]',
    'https://[64:ff9b::8.0.0.0]',
    'https://[2002:808:808::1]',
    'https://[2002:808::1]',
    'https://localhost.example',
    'https://internal.example.com',
    'https://local.dev'
  ])('is not %s', (address) => expect(isPrivateHost(hostOf(address))).toBe(false))
})
