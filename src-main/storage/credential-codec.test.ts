import { expect, test } from 'vitest'
import type { Secret } from '../core/secret.ts'
import { decodeCredential, encodeCredential } from './credential-codec.ts'
import { exampleApiKey, exampleGrant, exampleRef } from './storage.testkit.ts'

const shown = (secret: Secret | null | undefined): string | null => secret?.expose((text) => text) ?? null

test('A grant comes back whole', () => {
  const grant = exampleGrant()
  const back = decodeCredential(encodeCredential(grant), grant.ref)
  expect(back).toEqual(grant)
  expect(back.kind === 'oauth' && [shown(back.tokens.accessToken), shown(back.tokens.refreshToken)]).toEqual([
    'access-token-1',
    'refresh-token-1'
  ])
  expect(back.kind === 'oauth' && shown(back.client.secret)).toBe('client-secret-ü')
})

test('An API key comes back whole', () => {
  const apiKey = exampleApiKey()
  const back = decodeCredential(encodeCredential(apiKey), apiKey.ref)
  expect(back).toEqual(apiKey)
  expect(back.kind === 'api-key' && shown(back.key)).toBe('sk-0123456789abcdef')
})

test('What is stored is ASCII, also for the keychains that change other bytes', () => {
  const text = encodeCredential(exampleGrant({ access: 'ü🔑\u007f' }))
  expect(text).toMatch(/^[\u0020-\u007e]*$/)
  const back = decodeCredential(text, exampleRef)
  expect(back.kind === 'oauth' && shown(back.tokens.accessToken)).toBe('ü🔑\u007f')
})

test.each([
  ['no JSON', () => 'nonsense'],
  ['empty', () => ''],
  ['a later version', (text: string) => text.replace('"v":1', '"v":2')],
  ['without its refresh token', (text: string) => text.replace('"refreshToken":"refresh-token-1",', '')],
  ['with an additional field', (text: string) => text.replace('"v":1', '"v":1,"note":"x"')],
  ['with a date that is none', (text: string) => text.replace(/"obtainedAt":"[^"]*"/, '"obtainedAt":"soon"')],
  ['another account’s', (text: string) => text.replace('"account":"ada"', '"account":"bob"')]
])('A record that is %s is unreadable, and the error quotes nothing of it', (_name, spoil) => {
  const text = spoil(encodeCredential(exampleGrant()))
  let thrown: unknown
  try {
    decodeCredential(text, exampleRef)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect((thrown as Error).message).not.toContain('token-1')
})
