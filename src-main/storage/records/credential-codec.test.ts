import { expect, test } from 'vitest'
import type { RefreshEnd } from '../../core/credential-record.ts'
import { Secret } from '../../core/secret.ts'
import { decodeCredential, encodeCredential } from './credential-codec.ts'
import { exampleApiKey, exampleExchanges, exampleGrant, exampleRef } from '../storage.testkit.ts'

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

test('The refresh token before the last rotation comes back, and a grant without one is stored as ever', () => {
  const plain = exampleGrant()
  const grant = { ...plain, formerRefreshToken: new Secret('refresh-token-0') }
  const back = decodeCredential(encodeCredential(grant), grant.ref)
  expect(back.kind === 'oauth' && shown(back.formerRefreshToken)).toBe('refresh-token-0')
  expect(encodeCredential(plain)).not.toContain('formerRefreshToken')
})

test.each<RefreshEnd>([
  { kind: 'at', at: new Date('2027-05-24T10:00:00.000Z'), toldAt: new Date('2026-11-20T10:00:00.000Z') },
  { kind: 'never' }
])('The end of a refresh token comes back as its server told it: %j', (refreshEnd) => {
  const plain = exampleGrant()
  const grant = { ...plain, tokens: { ...plain.tokens, refreshEnd } }
  expect(decodeCredential(encodeCredential(grant), grant.ref)).toEqual(grant)
})

test('A refresh token without a known end is stored as before, and a record with an invalid end is not read', () => {
  const text = encodeCredential(exampleGrant())
  expect(text).not.toContain('refreshEnd')
  expect(decodeCredential(text, exampleRef)).toEqual(exampleGrant())
  const spoilt = text.replace('"v":1', '"v":1,"refreshEnd":{"kind":"at","at":"soon"}')
  expect(() => decodeCredential(spoilt, exampleRef)).toThrow(
    expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
  )
})

test('The client of a sign-in is marked when it is first stored, and the mark stays when the client is changed', () => {
  const { clientMark, ...grant } = exampleGrant()
  const stored = (client: typeof grant.client, mark: string | null) => {
    const back = decodeCredential(encodeCredential({ ...grant, client, clientMark: mark }), grant.ref)
    return back.kind === 'oauth' ? back.clientMark : null
  }
  expect(stored(grant.client, null)).toBe(clientMark)
  expect(stored({ ...grant.client, secret: new Secret('another') }, clientMark)).toBe(clientMark)
  expect(stored({ ...grant.client, secret: new Secret('another') }, null)).not.toBe(clientMark)
  expect(stored({ ...grant.client, id: 'another' }, null)).not.toBe(clientMark)
})

test('A token that a program handed in comes back with its scopes, and a key without any is stored as ever', () => {
  const token = { ...exampleApiKey(), scopes: ['read', 'write'] }
  expect(decodeCredential(encodeCredential(token), token.ref)).toEqual(token)
  expect(encodeCredential(exampleApiKey())).not.toContain('scopes')
})

test('An API key comes back whole', () => {
  const apiKey = exampleApiKey()
  const back = decodeCredential(encodeCredential(apiKey), apiKey.ref)
  expect(back).toEqual(apiKey)
  expect(back.kind === 'api-key' && shown(back.key)).toBe('sk-0123456789abcdef')
})

test.each(exampleExchanges)('An API key whose exchange is $kind comes back with both keys', (rotation) => {
  const apiKey = { ...exampleApiKey(), rotation }
  const text = encodeCredential(apiKey)
  const back = decodeCredential(text, apiKey.ref)
  expect(back).toEqual(apiKey)
  const other = back.kind === 'api-key' && back.rotation
  const found = other && (other.kind === 'prepared' ? other.next : other.former)
  expect([text.startsWith('{"v":2,'), found && shown(found)]).toEqual([true, 'sk-the-other-key'])
})

test('A key that is not being exchanged is stored as before exchanges were known, and such a record is read', () => {
  const text = encodeCredential(exampleApiKey())
  expect(text).toBe(
    '{"v":1,"kind":"api-key","ref":{"service":"api.example.net","account":"default"},"name":"Example API",' +
      '"key":"sk-0123456789abcdef","allowedHosts":["api.example.net"],"expiry":{"kind":"never"},' +
      '"obtainedAt":"2026-11-20T10:00:00.000Z"}'
  )
  expect(decodeCredential(text, exampleApiKey().ref)).toMatchObject({ kind: 'api-key', rotation: null })
})

test.each([
  ['version 1 with the other key', (text: string) => text.replace('"v":2', '"v":1')],
  ['version 3', (text: string) => text.replace('"v":2', '"v":3')],
  ['version 2 without the other key', (text: string) => text.replace(/,"rotation":.*/, '}')],
  ['an exchange of a kind that is not known', (text: string) => text.replace('"prepared"', '"begun"')]
])('A key’s record of %s is unreadable', (_name, spoil) => {
  const [prepared] = exampleExchanges
  const text = spoil(encodeCredential({ ...exampleApiKey(), rotation: prepared }))
  expect(() => decodeCredential(text, exampleApiKey().ref)).toThrow(
    expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
  )
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

test('A sign-in stored before a provider’s row told so much is read, and says what was true of every row then', () => {
  const record: unknown = JSON.parse(encodeCredential(exampleGrant()))
  const { provider } = record as { provider: Record<string, unknown> }
  const {
    redirect: _redirect,
    surfaces: _surfaces,
    refresh: _refresh,
    tokensAt: _tokensAt,
    ...rest
  } = provider
  const {
    errorCodes: _errorCodes,
    tokenRequest: _form,
    resource: _resource,
    dpop: _dpop,
    status: _s,
    ...old
  } = rest
  const text = JSON.stringify({ ...(record as object), provider: { ...old, redirectHost: 'localhost' } })
  expect(decodeCredential(text, exampleRef)).toMatchObject({
    provider: {
      redirect: { host: 'localhost', ports: [], path: '/callback' },
      surfaces: ['window', 'browser'],
      refresh: { rotates: null, url: null },
      dpop: false
    }
  })
})
