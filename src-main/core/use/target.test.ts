import { describe, expect, it } from 'vitest'
import { canonicalHost, isAddress, isLikeAddress, pathReadings, portOf, readTargetText } from './target.ts'

const faultOf = (url: string): string => {
  const text = readTargetText(url)
  return text.kind === 'fault' ? text.fault : 'none'
}

describe('the text of an address', () => {
  it('gives scheme, host and path as they are written', () => {
    expect(readTargetText('HTTPS://Api.Example:8443/a%20b/C;v=1?q=/../#/x')).toEqual({
      kind: 'text',
      scheme: 'https',
      host: 'Api.Example',
      path: '/a%20b/C;v=1'
    })
  })

  it('has the path / if it names none', () => {
    expect(readTargetText('https://api.example?q')).toMatchObject({ path: '/' })
  })

  it.each([
    ['', 'not-a-url'],
    ['/path', 'not-a-url'],
    ['//api.example/', 'not-a-url'],
    [' https://api.example/', 'not-a-url'],
    ['https:api.example', 'not-a-url'],
    ['https:/api.example', 'not-a-url'],
    ['https:///api.example', 'not-a-url'],
    ['https://', 'not-a-url'],
    ['https://?q', 'not-a-url'],
    ['https://::1/', 'not-a-url'],
    ['https://[::1/', 'not-a-url'],
    ['https://[::1]x/', 'not-a-url'],
    ['ftp://api.example/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['httpsx://api.example/', 'scheme'],
    ['https://user@api.example/', 'userinfo'],
    ['https://user:word@api.example/', 'userinfo'],
    ['https://@api.example/', 'userinfo'],
    ['https://api.example:/', 'port'],
    ['https://api.example:0/', 'port'],
    ['https://api.example:0443/', 'port'],
    ['https://api.example:65536/', 'port'],
    ['https://api.example:https/', 'port'],
    ['https://api.example:443:1/', 'port'],
    ['https://api.example\\@evil.example/', 'backslash'],
    ['https:\\\\api.example/', 'backslash'],
    ['https://api.example/a?b=\\', 'backslash'],
    ['https://api.exa\tmple/', 'control'],
    ['https://api.example/a\nb', 'control'],
    ['https://api.example/a\r\nHost: evil.example', 'control'],
    ['https://api.example/\u0000', 'control'],
    ['https://api.example/\u007f', 'control'],
    ['https://api.example/\u0085', 'control'],
    ['https://api.example/?q=\u001b[2J', 'control'],
    [`https://api.example/${'a'.repeat(8192)}`, 'too-long']
  ])('%j is refused as %s', (url, fault) => {
    expect(faultOf(url)).toBe(fault)
  })

  it('is as long as 8192 characters', () => {
    const start = 'https://api.example/'
    expect(faultOf(start + 'a'.repeat(8192 - start.length))).toBe('none')
    expect(faultOf(start + 'a'.repeat(8193 - start.length))).toBe('too-long')
  })
})

describe('a path', () => {
  it.each([
    '/a%5cb',
    '/a%5Cb',
    '/a%252fb',
    '/%2e%2e/a',
    '/.%2E/a',
    '/%00',
    '/%0d%0aHost:%20evil.example',
    '/%1F',
    '/%7f',
    '/%',
    '/%2',
    '/%zz',
    '/%u002f',
    '/%ff',
    '/%c0%af',
    '/%c3/%a9'
  ])('with the encoding in %s is refused', (path) => {
    expect(faultOf(`https://api.example${path}`)).toBe('path-encoding')
  })

  it.each([
    '/..',
    '/.',
    '/a/../b',
    '/a/./b',
    '/a/..',
    '/..;/a',
    '/a/..;x=1/b',
    '/a/.;/b',
    '/a/..%3bx/b',
    '/a%2f..%2Fb',
    '/a%2f.',
    '/..%2fa',
    '/a/..;x%2fb',
    '/a%2f..;x/b',
    '/%2fa',
    '/%2F',
    '//a',
    '//'
  ])('with the dot segment or double slash in %s is refused', (path) => {
    expect(faultOf(`https://api.example${path}`)).toBe('dot-segments')
  })

  it.each([
    '/',
    '/a;v=1/b',
    '/a/...',
    '/.well-known/x',
    '/a..b',
    '/a/b//c',
    '/a%20b',
    '/%C3%A9',
    '/%41',
    '/a/%3f',
    '/a%2fb',
    '/a%2F%2fb/c'
  ])('such as %s passes unchanged', (path) => {
    expect(readTargetText(`https://api.example${path}`)).toMatchObject({ kind: 'text', path })
  })

  it('has segments that are decoded once', () => {
    expect(pathReadings('/%41/caf%C3%A9//x%3By')).toEqual([['A', 'café', '', 'x;y']])
  })

  it('with an encoded slash is read in two ways', () => {
    expect(pathReadings('/a/b%2Fc%2fd/%41')).toEqual([
      ['a', 'b/c/d', 'A'],
      ['a', 'b', 'c', 'd', 'A']
    ])
  })

  it('has no reading if a percent sequence is broken', () => {
    expect(pathReadings('/a/%zz')).toBeNull()
    expect(pathReadings('/a%2f%c3')).toBeNull()
  })
})

describe('a host', () => {
  it.each([
    ['api.example', 'api.example'],
    ['api.example.', 'api.example'],
    ['localhost', 'localhost'],
    ['a_b.example', 'a_b.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['[::1]', '[::1]']
  ])('%s is written as %s', (given, host) => {
    expect(canonicalHost(given)).toBe(host)
  })

  it.each([
    '',
    '.',
    'a..',
    'a..example',
    '.example',
    '127.0.0.1..',
    'API.example',
    'bücher.example',
    'a*.example'
  ])('is not %j', (given) => {
    expect(canonicalHost(given)).toBeNull()
  })

  it.each(['127.0.0.1', '8.8.8.8', '[::1]'])('%s is an IP address', (host) => {
    expect(isAddress(host)).toBe(true)
  })

  it.each(['api.example', '1.2.3.example', '127.0.0.1.example', '0x7f.example'])(
    '%s is no IP address',
    (host) => {
      expect(isAddress(host)).toBe(false)
      expect(isLikeAddress(host)).toBe(false)
    }
  )

  it.each(['0x7f.1', '0X', '256.256.256.256', '127.0.0.1..', 'api.example.1', '[::', '4294967296'])(
    '%s is written like an IP address',
    (host) => {
      expect(isLikeAddress(host)).toBe(true)
    }
  )
})

describe('a port', () => {
  it('is a number from 1 to 65535 in its shortest form', () => {
    expect(['1', '443', '65535'].map(portOf)).toEqual([1, 443, 65_535])
    expect(['', '0', '065', '65536', '99999', '+1', '1 ', '1e3', '٣'].map(portOf)).toEqual(
      Array(9).fill(null)
    )
  })
})
