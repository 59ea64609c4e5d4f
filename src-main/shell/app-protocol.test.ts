import { describe, expect, it } from 'vitest'
import { appResponse } from './app-protocol.ts'

const assets = new Map([
  ['/index.html', { bytes: new TextEncoder().encode('<main>'), type: 'text/html; charset=utf-8' }]
])

describe('app://vault', () => {
  it('serves a listed file with the policy as a header', async () => {
    const response = appResponse('app://vault/index.html', 'GET', assets)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('<main>')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([
    ['another file', 'app://vault/package.json', 'GET'],
    ['a path upwards', 'app://vault/../main/main.js', 'GET'],
    ['an encoded path upwards', 'app://vault/%2e%2e/main/main.js', 'GET'],
    ['the folder', 'app://vault/', 'GET'],
    ['another host', 'app://other/index.html', 'GET'],
    ['another method', 'app://vault/index.html', 'POST'],
    ['no address at all', 'vault', 'GET']
  ])('answers 404 to %s', (_what, url, method) => {
    expect(appResponse(url, method, assets).status).toBe(404)
  })
})
