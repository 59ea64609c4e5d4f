import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import type { SealingKey } from './envelope.ts'

function sealingKey(): SealingKey {
  const kdf = { name: 'scrypt', n: 2 ** 14, r: 8, p: 1, salt: randomBytes(32).toString('base64') } as const
  return { key: createSecretKey(randomBytes(32)), keyId: randomBytes(16).toString('hex'), kdf }
}

const record = { key: 'key', value: 'a value of some length', newer: false }

describe('An envelope', () => {
  test('is never the same twice', () => {
    const key = sealingKey()
    expect(sealEnvelope(key, record)).not.toBe(sealEnvelope(key, record))
  })

  test.each([
    ['version', { v: 2 }],
    ['older version', { v: 0 }],
    ['algorithm', { alg: 'aes-128-gcm' }],
    ['mark', { newer: true }],
    ['key id', { keyId: '0'.repeat(32) }],
    ['additional field', { note: 'hello' }],
    ['lower cost', { kdf: { name: 'scrypt', n: 2 ** 10, r: 8, p: 1, salt: 'x' } }],
    ['short tag', { tag: 'AAAA' }],
    ['short IV', { iv: 'AAAA' }],
    ['name of a KDF', { kdf: { name: 'none', n: 2 ** 14, r: 8, p: 1, salt: '' } }],
    ['version that is a text', { v: '1' }]
  ])('with another %s is refused', (_name, change) => {
    const key = sealingKey()
    const text = JSON.stringify({ ...(JSON.parse(sealEnvelope(key, record)) as object), ...change })
    expect(() => openEnvelope(key, 'key', text)).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
    )
  })

  test('of a newer version says so, and what to do', () => {
    const key = sealingKey()
    const text = JSON.stringify({ ...(JSON.parse(sealEnvelope(key, record)) as object), v: 2, more: [] })
    expect(() => openEnvelope(key, 'key', text)).toThrow(/newer Latchkey.*left untouched; update/)
  })

  test.each([
    ['spaces', (text: string) => text.replaceAll(',', ', ')],
    ['a line end', (text: string) => `${text}\n`],
    ['a key written as an escape', (text: string) => text.replace('"key":"key"', '"key":"\\u006bey"')],
    ['a field twice', (text: string) => text.replace('{', '{"v":1,')],
    ['its fields in another order', (text: string) => text.replace('{"v":1,', '{').replace(/}$/, ',"v":1}')]
  ])('spelled otherwise, with %s, is refused', (_name, spell) => {
    const key = sealingKey()
    const text = spell(sealEnvelope(key, record))
    expect(JSON.parse(text)).toMatchObject({ v: 1, key: 'key' })
    expect(() => openEnvelope(key, 'key', text)).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
    )
  })

  test('of a key whose cost was lowered is refused by the store’s own record of the cost', () => {
    const key = sealingKey()
    const dear = { ...key, kdf: { ...key.kdf, n: 2 ** 17 } as const }
    expect(() => openEnvelope(dear, 'key', sealEnvelope(key, record))).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
    )
  })

  test('for one record does not open as another', () => {
    const key = sealingKey()
    const text = sealEnvelope(key, record)
    expect(() => openEnvelope(key, 'other', text)).toThrow()
    expect(() => openEnvelope(key, 'other', text.replace('"key":"key"', '"key":"other"'))).toThrow()
  })
})
