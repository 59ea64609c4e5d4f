import { describe, expect, it } from 'vitest'
import { targetOf } from './parse-target.ts'

const hostOf = (url: string): string | null => {
  const result = targetOf(url)
  return result.kind === 'target' ? result.target.host : null
}
const faultOf = (url: string): string => {
  const result = targetOf(url)
  return result.kind === 'fault' ? result.fault : 'none'
}

describe('an address of a client', () => {
  it('is taken apart', () => {
    expect(targetOf('https://api.example:8443/a/b%20c;v=1?q=x#part')).toEqual({
      kind: 'target',
      target: {
        scheme: 'https',
        host: 'api.example',
        isLiteral: false,
        port: 8443,
        path: '/a/b%20c;v=1',
        query: '?q=x'
      }
    })
  })

  it('has the port of its scheme if it names none', () => {
    expect(targetOf('https://api.example')).toMatchObject({ target: { port: 443, path: '/', query: '' } })
    expect(targetOf('http://localhost/')).toMatchObject({ target: { scheme: 'http', port: 80 } })
  })

  it.each([
    ['https://API.Example/', 'api.example'],
    ['https://api.example./', 'api.example'],
    ['https://api.example.:8443/', 'api.example'],
    ['https://%61pi.example/', 'api.example'],
    ['https://api。example/', 'api.example'],
    ['https://ａｐｉ.example/', 'api.example'],
    ['https://ap\u00adi.example/', 'api.example'],
    ['https://bücher.example/', 'xn--bcher-kva.example'],
    ['https://gіthub.com/', 'xn--gthub-n2e.com']
  ])('%s has the host %s', (url, host) => {
    expect(hostOf(url)).toBe(host)
  })

  it.each([
    ['https://127.0.0.1/', '127.0.0.1'],
    ['https://127.1/', '127.0.0.1'],
    ['https://0x7f.1/', '127.0.0.1'],
    ['https://0x7f000001/', '127.0.0.1'],
    ['https://0177.0.0.1/', '127.0.0.1'],
    ['https://2130706433/', '127.0.0.1'],
    ['https://127.0.0.1./', '127.0.0.1'],
    ['https://127。0。0。1/', '127.0.0.1'],
    ['https://１２７.0.0.1/', '127.0.0.1'],
    ['https://%31%32%37.0.0.1/', '127.0.0.1'],
    ['https://0/', '0.0.0.0'],
    ['https://8.8.8.8/', '8.8.8.8'],
    ['https://[::1]/', '[::1]'],
    ['https://[0:0:0:0:0:0:0:1]/', '[::1]'],
    ['https://[::ffff:127.0.0.1]/', '[::ffff:7f00:1]'],
    ['https://[64:FF9B::7f00:1]/', '[64:ff9b::7f00:1]']
  ])('%s is the IP address %s', (url, host) => {
    expect(targetOf(url)).toMatchObject({ kind: 'target', target: { host, isLiteral: true } })
  })

  it.each([
    'https://256.256.256.256/',
    'https://1.2.3.4.5/',
    'https://4294967296/',
    'https://api.example.0x7f/',
    'https://127.0.0.1../',
    'https://[::1%25lo]/',
    'https://[fe80::1%eth0]/',
    'https://[::g]/',
    'https://[127.0.0.1]/'
  ])('%s is refused, because its host is half an IP address', (url) => {
    expect(faultOf(url)).toBe('ip-literal')
  })

  it.each([
    'https://api.example%00.evil.example/',
    'https://api.example%2eevil%2fexample/',
    'https://api.example%40evil.example/',
    'https://api.example／evil.example/',
    'https://api.example＠evil.example/',
    'https://api.example：8443/',
    'https://api example/',
    'https://api..example/',
    'https://.example/',
    'https://*.example/',
    `https://${'a'.repeat(64)}.example/`
  ])('%s is refused, because it has no host', (url) => {
    expect(faultOf(url)).toBe('not-a-url')
  })

  it.each(['/a b', '/é', '/a"b', '/<a>', '/{id}', '/`id`', '/a^b', '/a\ud800', '/a '])(
    'is refused with the path %j, which would be sent in another form',
    (path) => {
      expect(faultOf(`https://api.example${path}`)).toBe('path-encoding')
    }
  )

  it('keeps every byte of the path that is sent', () => {
    const path = "/A/b%20c/%C3%a9/%7E~/x;y=1,2/@me:/!$&'()*+/a//b/|[]"
    expect(targetOf(`https://api.example${path}?q`)).toMatchObject({ target: { path } })
  })

  it('has a query in ASCII, whatever was given', () => {
    expect(targetOf('https://api.example/?a=b c&d=é%0a')).toMatchObject({
      target: { query: '?a=b%20c&d=%C3%A9%0a' }
    })
  })

  it('is refused if the query becomes too long by its encoding', () => {
    expect(faultOf(`https://api.example/?${'é'.repeat(1000)}`)).toBe('none')
    expect(faultOf(`https://api.example/?${'é'.repeat(4000)}`)).toBe('too-long')
  })
})
