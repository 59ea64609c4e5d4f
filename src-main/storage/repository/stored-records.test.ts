import { queryObjects } from 'node:v8'
import { expect, test } from 'vitest'
import type { Credential, ExtensionSecret, McpToken } from '../../core/credential-record.ts'
import { Secret } from '../../core/secret.ts'
import { exampleApiKey, exampleExchanges, exampleGrant } from '../storage.testkit.ts'
import { decodeRecord, encodeCredential } from '../records/credential-codec.ts'
import { KnownRecords } from './stored-records.ts'

const day = new Date('2026-11-20T10:00:00.000Z')
const savedAt = new Date('2026-11-20T12:00:00.000Z')
const [prepared, switched] = exampleExchanges

const mcp: McpToken = {
  kind: 'mcp',
  ref: { service: 'mcp.example.net', account: 'default' },
  name: 'Example server',
  accessToken: new Secret('mcp-access-1'),
  refreshToken: new Secret('mcp-refresh-1'),
  tokenType: 'Bearer',
  expiry: { kind: 'at', at: day },
  scopes: ['tools'],
  clientId: 'client-1',
  tokenUrl: 'https://mcp.example.net/token',
  serverUrl: null,
  obtainedAt: day,
  updatedAt: day
}
const extension: ExtensionSecret = {
  kind: 'extension',
  ref: { service: 'extension.example.net', account: 'token' },
  name: 'Example extension',
  extension: 'example',
  value: new Secret('setting-1'),
  obtainedAt: day
}
const rotated = {
  ...exampleGrant(),
  formerRefreshToken: new Secret('refresh-token-0'),
  tokens: {
    ...exampleGrant().tokens,
    accessToken: new Secret('ü🔑\\"\u007f'),
    dpopKey: new Secret('{"kty":"EC"}')
  }
}

/** Returns the value with every secret shown in its place. */
function shown(value: unknown): unknown {
  if (value instanceof Secret) return value.expose((text) => `shown: ${text}`)
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner)]))
}

test.each<[string, Credential]>([
  ['a grant', exampleGrant()],
  ['a grant with all the secrets there are', rotated],
  ['a grant without a refresh token', exampleGrant({ refresh: null })],
  ['an API key', exampleApiKey()],
  ['an API key whose next one is prepared', { ...exampleApiKey(), rotation: prepared }],
  ['an API key with its former one', { ...exampleApiKey(), rotation: switched }],
  ['the tokens of an MCP server', mcp],
  ['a secret setting of an extension', extension]
])('%s that was read before is the same when its text is read again', (_name, credential) => {
  const records = new KnownRecords()
  const text = encodeCredential(credential, savedAt)
  const first = records.check(text, credential.ref)
  const again = records.check(text, credential.ref)
  expect([first.isKnown, again.isKnown]).toEqual([false, true])
  expect(shown(again.fields)).toEqual(shown(first.fields))
  expect(shown(decodeRecord(again))).toEqual(shown({ credential, savedAt }))
})

test('A text that has changed is checked like a new text', () => {
  const records = new KnownRecords()
  const { ref } = exampleGrant()
  const text = encodeCredential(exampleGrant(), savedAt)
  const tokenOf = (read: string): string | null => {
    const { fields } = records.check(read, ref)
    return fields.kind === 'oauth' ? fields.accessToken.expose((token) => token) : null
  }
  expect(tokenOf(text)).toBe('access-token-1')
  expect(tokenOf(encodeCredential(exampleGrant({ access: 'access-token-2' }), savedAt))).toBe(
    'access-token-2'
  )
  for (const spoiled of [
    text.replace('"v":1', '"v":9'),
    text.replace('"account":"ada"', '"account":"bob"')
  ]) {
    expect(() => records.check(spoiled, ref)).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
    )
  }
  expect(tokenOf(text)).toBe('access-token-1')
})

test('A record whose secret is spelled in another way is read each time as if it were new', () => {
  const records = new KnownRecords()
  const credential = exampleGrant()
  const text = encodeCredential(credential, savedAt).replace('"access-token-1"', '"\\u0061ccess-token-1"')
  for (const each of [records.check(text, credential.ref), records.check(text, credential.ref)]) {
    expect(each.isKnown).toBe(false)
    expect(shown(decodeRecord(each))).toEqual(shown({ credential, savedAt }))
  }
})

test('What is known of one credential says nothing of another that holds the same text', () => {
  const records = new KnownRecords()
  const { ref } = exampleGrant()
  const text = encodeCredential(exampleGrant(), savedAt)
  expect(records.check(text, ref).isKnown).toBe(false)
  expect(() => records.check(text, { ...ref, account: 'bob' })).toThrow(
    expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
  )
})

test('Of two hundred secrets in records that are known none stays behind', () => {
  const records = new KnownRecords()
  const texts = Array.from({ length: 40 }, (_none, index) => {
    const ref = { ...rotated.ref, account: `account-${String(index)}` }
    return { ref, text: encodeCredential({ ...rotated, ref }, savedAt) }
  })
  const before = queryObjects(Secret, { format: 'count' })
  for (const { text, ref } of texts) expect(records.check(text, ref).isKnown).toBe(false)
  // The record read last may still be on the stack.
  expect(queryObjects(Secret, { format: 'count' }) - before).toBeLessThan(10)
  for (const { text, ref } of texts) expect(records.check(text, ref).isKnown).toBe(true)
})

test('What is read often stays known, however many others are read', () => {
  const records = new KnownRecords()
  const textOf = (account: string): [string, Credential['ref']] => {
    const ref = { ...exampleApiKey().ref, account }
    return [encodeCredential({ ...exampleApiKey(), ref }, savedAt), ref]
  }
  const often = textOf('often')
  expect(records.check(...often).isKnown).toBe(false)
  for (let count = 0; count < 600; count += 1) {
    expect(records.check(...textOf(`account-${String(count)}`)).isKnown).toBe(false)
    expect(records.check(...often).isKnown).toBe(true)
  }
  expect(records.check(...textOf('account-0')).isKnown).toBe(false)
})
