import { describe, expect, it } from 'vitest'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { pastedIn } from './pasted.ts'

const rest = {
  host: null,
  surface: 'browser',
  scopes: [],
  needsClientSecret: false,
  codeWithoutSecret: false,
  registration: null,
  hasHelp: false,
  allowedHosts: []
} as const
const providers: ProviderChoice[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    kind: 'api-key',
    keyPrefixes: ['sk-'],
    ...rest,
    scopes: [],
    allowedHosts: []
  }
]

describe('what was pasted', () => {
  it.each([
    ['sk-0123456789abcdef', 'key', 'openai'],
    ['  sk-0123456789abcdef\n', 'key', 'openai'],
    ['AKIAIOSFODNN7EXAMPLE', 'key', undefined],
    ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'key', undefined],
    ['0a1b2c3d4e5f60718293a4b5c6d7e8f9', 'key', undefined],
    ['cnry_KxAbCdEfGhIjKlMnOpQrStUv', 'key', undefined]
  ])('%j is a key', (text, kind, id) => {
    const found = pastedIn(text, providers)
    expect(found.kind).toBe(kind)
    expect(found.kind === 'key' ? found.provider?.id : null).toBe(id)
  })

  it.each([
    'github',
    'sk-',
    'Microsoft Entra ID',
    'ana@a-rather-long-host-name9.example.com',
    'status:expired',
    'sso.example.net',
    'counterrevolutionaries',
    ''
  ])('%j is words', (text) => {
    expect(pastedIn(text, providers).kind).toBe('words')
  })

  it.each(['https://sso.example.net/realms/main', ' http://localhost:8080 '])('%j is an address', (text) => {
    expect(pastedIn(text, providers)).toEqual({ kind: 'address', address: text.trim() })
  })

  it.each(['OPENAI_API_KEY=sk-0123456789abcdef', '# mine\nexport A=1\nB="2"\n', '{"a": "b"}', '[{"a": 1}]'])(
    '%j is several credentials',
    (text) => {
      expect(pastedIn(text, providers).kind).toBe('several')
    }
  )
})
