import { expect, it } from 'vitest'
import { completedAddress } from './completed-address.ts'

it.each([
  ['sso.example.net', 'https://sso.example.net'],
  [' sso.example.net/realms/main ', 'https://sso.example.net/realms/main'],
  ['login.example.net:8443', 'https://login.example.net:8443'],
  ['localhost:8080/mcp?x=1', 'https://localhost:8080/mcp?x=1'],
  ['bücher.example', 'https://bücher.example'],
  ['127.0.0.1:9000', 'https://127.0.0.1:9000']
])('%j begins with its host and gets https://', (typed, address) => {
  expect(completedAddress(typed)).toBe(address)
})

it.each([
  'https://sso.example.net',
  'http://localhost:8080',
  'ftp://example.net',
  'javascript:alert(1)',
  'data:text/html,x.y',
  'mailto:ana@example.net',
  'ana@example.net',
  'example',
  'two words.example',
  'ghp_0123456789abcdef',
  ''
])('%j is left as it is', (typed) => {
  expect(completedAddress(typed)).toBe(typed)
})

it('is fast for long texts', () => {
  const started = performance.now()
  completedAddress(`${'a.'.repeat(100_000)}!`)
  completedAddress('a-'.repeat(100_000))
  expect(performance.now() - started).toBeLessThan(500)
})
