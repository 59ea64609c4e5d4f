import { expect, it } from 'vitest'
import type { AccessPreset } from '../core/use/access-preset.ts'
import { relayedHeaders } from './relayed-headers.ts'

const preset = { scheme: { kind: 'header', name: 'X-Service-Key' } } as AccessPreset

it('a request through a relay keeps its own headers, and loses those of the connection and the dummies', () => {
  const own = [
    ['X-Own', 'mine'],
    ['x-own', 'twice'],
    ['content-type', 'text/plain']
  ] as const
  const others = [
    ['Authorization', 'Bearer dummy'],
    ['X-API-Key', 'dummy'],
    ['x-service-key', 'dummy'],
    ['Referer', 'http://127.0.0.1:1/secret'],
    ['Host', '127.0.0.1:1'],
    ['accept-encoding', 'gzip'],
    ['Sec-Fetch-Mode', 'cors'],
    ['connection', 'close'],
    ['Content-Length', '3'],
    ['TE', 'trailers']
  ] as const
  expect(relayedHeaders([...others, ...own], preset)).toEqual(own)
  expect(relayedHeaders([['x-service-key', 'own']], null)).toEqual([['x-service-key', 'own']])
})
