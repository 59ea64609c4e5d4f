import { describe, expect, it } from 'vitest'
import { proxyFor } from './proxy.ts'

const proxy = { scheme: 'http', host: 'proxy.example', port: 3128 } as const
const isDirect = (noProxy: readonly string[], host: string): boolean =>
  proxyFor({ proxy, noProxy }, host) === null

describe('the way to a host', () => {
  it('is the proxy, and direct where there is none', () => {
    expect(proxyFor({ proxy, noProxy: [] }, 'api.example')).toBe(proxy)
    expect(proxyFor({ proxy: null, noProxy: [] }, 'api.example')).toBeNull()
  })

  it('is direct to a name that is listed, and to every name below one with a dot', () => {
    expect(isDirect(['api.example'], 'api.example')).toBe(true)
    expect(isDirect(['.example'], 'api.example')).toBe(true)
    expect(isDirect(['.example'], 'v1.api.example')).toBe(true)
    expect(isDirect(['[::1]'], '[::1]')).toBe(true)
  })

  it('is the proxy to every other name', () => {
    for (const host of ['xapi.example', 'v1.api.example', 'example', 'api.example.evil.example'])
      expect(isDirect(['api.example', '.api.example.net'], host)).toBe(false)
    expect(isDirect(['.api.example'], 'api.example')).toBe(false)
  })
})
