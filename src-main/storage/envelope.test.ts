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

  test('is refused with any single bit changed', () => {
    const key = sealingKey()
    const bytes = Buffer.from(sealEnvelope(key, record))
    const opened: string[] = []
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      try {
        opened.push(openEnvelope(key, 'key', changed.toString('utf8')).value)
      } catch (error) {
        expect(error).toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
      }
    }
    // Base64 has spare bits at its end that decode to the same bytes; what opens is never anything else.
    expect(opened.filter((value) => value !== record.value)).toEqual([])
    expect(opened.length).toBeLessThan(16)
  })

  test('is refused cut off at any byte', () => {
    const key = sealingKey()
    const text = sealEnvelope(key, record)
    for (let length = 0; length < text.length; length += 1) {
      expect(() => openEnvelope(key, 'key', text.slice(0, length))).toThrow()
    }
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
    ['short IV', { iv: 'AAAA' }]
  ])('with another %s is refused', (_name, change) => {
    const key = sealingKey()
    const text = JSON.stringify({ ...(JSON.parse(sealEnvelope(key, record)) as object), ...change })
    expect(() => openEnvelope(key, 'key', text)).toThrow(
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
