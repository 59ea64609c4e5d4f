import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { flipBit, mutate } from '../../../test/fault/mutations.ts'
import { seededRandom } from '../../../test/crash/seeded-random.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import type { SealingKey } from './envelope.ts'

const isFull = process.env['LATCHKEY_TRIALS'] === 'full'
const mutations = Number(process.env['LATCHKEY_MUTATIONS'] ?? (isFull ? 1_000_000 : 100_000))
const seed = Number(process.env['LATCHKEY_MUTATION_SEED'] ?? 20_261_121)
const ENVELOPE_BYTES = 2048

function sealingKey(): SealingKey {
  const kdf = { name: 'scrypt', n: 2 ** 14, r: 8, p: 1, salt: randomBytes(32).toString('base64') } as const
  return { key: createSecretKey(randomBytes(32)), keyId: randomBytes(16).toString('hex'), kdf }
}

/** An envelope of exactly 2,048 bytes. The key's last character is one that broken UTF-8 decodes to. */
function largeEnvelope(sealing: SealingKey): { key: string; bytes: Buffer } {
  const key = 'entry\ufffd'
  const value = 'x'.repeat(1270)
  const short = ENVELOPE_BYTES - Buffer.byteLength(sealEnvelope(sealing, { key, value, newer: false }))
  const padded = `${'k'.repeat(short)}${key}`
  return { key: padded, bytes: Buffer.from(sealEnvelope(sealing, { key: padded, value, newer: false })) }
}

type Tally = { tried: number; accepted: number; crashed: number }

/** Opens each try as if it came from a file; tries with the bytes of the original are left out. */
function attack(sealing: SealingKey, target: { key: string; bytes: Buffer }, tries: Iterable<Buffer>): Tally {
  const tally = { tried: 0, accepted: 0, crashed: 0 }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for (const bytes of tries) {
    if (bytes.equals(target.bytes)) continue
    tally.tried += 1
    try {
      openEnvelope(sealing, target.key, decoder.decode(bytes))
      tally.accepted += 1
    } catch (error) {
      const isRefusal = error instanceof VaultError && error.code === 'CREDENTIAL_UNREADABLE'
      const isNoText =
        error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
      if (!isRefusal && !isNoText) tally.crashed += 1
    }
  }
  return tally
}

function* times<T>(count: number, make: (index: number) => T): Generator<T> {
  for (let index = 0; index < count; index += 1) yield make(index)
}

describe('An envelope of 2,048 bytes', () => {
  const sealing = sealingKey()
  const target = largeEnvelope(sealing)

  test('is that long, and opens', () => {
    expect(target.bytes).toHaveLength(ENVELOPE_BYTES)
    expect(openEnvelope(sealing, target.key, target.bytes.toString('utf8')).value).toHaveLength(1270)
  })

  test('is refused with any single one of its 16,384 bits changed', () => {
    const flipped = times(ENVELOPE_BYTES * 8, (bit) => flipBit(target.bytes, bit))
    expect(attack(sealing, target, flipped)).toEqual({ tried: 16_384, accepted: 0, crashed: 0 })
  })

  test('is refused cut off at any byte, from either end', () => {
    const cut = times(ENVELOPE_BYTES * 2, (index) =>
      index < ENVELOPE_BYTES
        ? target.bytes.subarray(0, index)
        : target.bytes.subarray(index - ENVELOPE_BYTES + 1)
    )
    expect(attack(sealing, target, cut)).toEqual({ tried: 4096, accepted: 0, crashed: 0 })
  })

  test('is refused with any part of it taken from another entry', () => {
    const other = JSON.parse(
      sealEnvelope(sealing, { key: 'other', value: 'y'.repeat(1270), newer: true })
    ) as object
    const mine = JSON.parse(target.bytes.toString('utf8')) as object
    const fields = Object.keys(mine).filter(
      (name) => JSON.stringify(other[name as never]) !== JSON.stringify(mine[name as never])
    )
    // Every mixture of the fields that differ; 0 is the original itself.
    const mixed = times(2 ** fields.length, (mask) => {
      const taken = fields.filter((_name, index) => (mask >> index) & 1)
      return Buffer.from(
        JSON.stringify({ ...mine, ...Object.fromEntries(taken.map((name) => [name, other[name as never]])) })
      )
    })
    expect(fields).toEqual(['key', 'newer', 'iv', 'tag', 'data'])
    expect(attack(sealing, target, mixed)).toEqual({ tried: 31, accepted: 0, crashed: 0 })
  })

  test(`is refused after every one of ${mutations} random changes (seed ${seed})`, () => {
    const random = seededRandom(seed)
    const tally = attack(
      sealing,
      target,
      times(mutations, () => mutate(target.bytes, random))
    )
    // A change without effect, such as a swap of equal pieces, is not counted as a try.
    expect(tally).toEqual({ tried: tally.tried, accepted: 0, crashed: 0 })
    expect(tally.tried).toBeGreaterThan(mutations * 0.9)
  }, 600_000)
})
