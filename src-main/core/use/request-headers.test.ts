import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerHeaders, checkHeaders } from './request-headers.ts'
import type { Header } from './use-ports.ts'

const faultOf = (header: Header, credentialHeader: string | null = null): string => {
  const checked = checkHeaders([['Accept', '*/*'], header], credentialHeader)
  return checked.kind === 'fault' ? checked.name : 'none'
}

describe('the headers of a client', () => {
  it('are passed on as they are given', () => {
    const headers: readonly Header[] = [
      ['Accept', 'application/json'],
      ['X-GitHub-Api-Version', '2022-11-28'],
      ['content-type', 'text/plain;\tcharset="utf-8"'],
      ['If-None-Match', ''],
      ['Accept', 'text/plain'],
      ['X-Name', 'caf\u00e9']
    ]
    expect(checkHeaders(headers, 'X-Api-Key')).toEqual({ kind: 'headers', headers })
  })

  it.each([
    ['Authorization', 'authorization'],
    ['Proxy-Authorization', 'proxy-*'],
    ['proxy-connection', 'proxy-*'],
    ['Cookie', 'cookie'],
    ['DPoP', 'dpop'],
    ['Cookie2', 'cookie2'],
    ['Host', 'host'],
    ['Connection', 'connection'],
    ['Keep-Alive', 'keep-alive'],
    ['Transfer-Encoding', 'transfer-encoding'],
    ['TE', 'te'],
    ['Trailer', 'trailer'],
    ['Upgrade', 'upgrade'],
    ['Expect', 'expect'],
    ['Content-Length', 'content-length'],
    ['Forwarded', 'forwarded'],
    ['X-Forwarded-For', 'x-forwarded-*'],
    ['x-forwarded-host', 'x-forwarded-*'],
    ['X-Real-IP', 'x-real-ip'],
    ['Sec-Fetch-Site', 'sec-*'],
    ['Via', 'via'],
    ['X-HTTP-Method', 'x-http-method'],
    ['X-HTTP-Method-Override', 'x-http-method-override'],
    ['X-Method-Override', 'x-method-override'],
    ['X-Original-URL', 'x-original-url'],
    ['X-Rewrite-URL', 'x-rewrite-url'],
    ['Accept-Encoding', 'accept-encoding'],
    ['X_Forwarded_For', 'x-forwarded-*'],
    ['content_length', 'content-length'],
    ['x-http_method-override', 'x-http-method-override']
  ])('are refused with %s, whatever its case', (name, fault) => {
    for (const given of [name, name.toLowerCase(), name.toUpperCase()])
      expect(faultOf([given, 'x'])).toBe(fault)
  })

  it.each(['Hosts', 'Secret-Id', 'X-Forward', 'Viaduct', 'Proxy', 'Expect-CT', 'Accept'])(
    'pass with %s, which only resembles a refused name',
    (name) => {
      expect(faultOf([name, 'x'])).toBe('none')
    }
  )

  it.each(['', ' ', 'a b', 'a:', 'a\r\nb', 'é', 'host ', 'a\u0000', '(a)', 'a/b', 'ｈｏｓｔ'])(
    'are refused with the name %j, which is no token',
    (name) => {
      expect(faultOf([name, 'x'])).toBe('malformed-name')
    }
  )

  it.each([
    'a\r\nHost: evil.example',
    '\n',
    '\r',
    '\u0000',
    '\u0007',
    '\u001b[2J',
    '\u007f',
    '\u0085',
    'ā',
    '\u2028'
  ])('are refused with the value %j', (value) => {
    expect(faultOf(['X-Name', value])).toBe('malformed-value')
  })

  it('are refused with the header that carries the credential, in any spelling', () => {
    for (const name of ['X-Api-Key', 'x-api-key', 'X_API_KEY'])
      expect(faultOf([name, 'x'], 'X-Api-Key')).toBe('credential-header')
    expect(faultOf(['X-Api-Keys', 'x'], 'X-Api-Key')).toBe('none')
  })

  it('are refused if the header of the credential would replace the host or the framing', () => {
    const names = ['Host', 'content-length', 'Transfer_Encoding', 'X-Forwarded-Host', 'a\r\nb']
    expect(names.map((name) => faultOf(['X-Name', 'x'], name))).toEqual([
      'host',
      'content-length',
      'transfer-encoding',
      'x-forwarded-*',
      'malformed-name'
    ])
    expect(faultOf(['X-Name', 'x'], 'Cookie')).toBe('none')
    expect(faultOf(['Cookie', 'x'], 'Cookie')).toBe('cookie')
  })

  it('are at most 64', () => {
    const headers = (count: number): Header[] =>
      Array.from({ length: count }, (_item, index) => [`x-${index}`, ''])
    expect(checkHeaders(headers(64), null).kind).toBe('headers')
    expect(checkHeaders(headers(65), null)).toEqual({ kind: 'fault', name: 'too-many' })
  })

  it('are at most 32 KiB together', () => {
    const headers = (length: number): Header[] => [
      ['a', 'x'.repeat(16 * 1024)],
      ['b', 'x'.repeat(length)]
    ]
    expect(checkHeaders(headers(16 * 1024 - 2), null).kind).toBe('headers')
    expect(checkHeaders(headers(16 * 1024 - 1), null)).toEqual({ kind: 'fault', name: 'too-large' })
  })

  it('never appear in the name of a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        const fault = faultOf([`zq${name}`, `zq${value}`])
        expect(fault).not.toContain('zq')
      }),
      { numRuns: 2000 }
    )
  })
})

describe('the headers of an answer', () => {
  it('come without credentials and without those of the connection', () => {
    const kept: readonly Header[] = [
      ['Content-Type', 'application/json'],
      ['X-RateLimit-Remaining', '9'],
      ['Link', '<https://api.example/?page=2>; rel="next"'],
      ['Link', '<https://api.example/?page=9>; rel="last"'],
      ['Set-Cookies', 'x']
    ]
    const dropped = [
      'Set-Cookie',
      'set-cookie2',
      'Authorization',
      'Authentication-Info',
      'WWW-Authenticate',
      'DPoP-Nonce',
      'Proxy-Authenticate',
      'PROXY-AUTHENTICATION-INFO',
      'Connection',
      'Keep-Alive',
      'Transfer-Encoding',
      'TE',
      'Trailer',
      'Upgrade',
      'Content-Length',
      'Content-Encoding'
    ].map((name): Header => [name, 'x'])
    expect(answerHeaders([...dropped, ...kept, ...dropped])).toEqual(kept)
  })
})
