import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SecretBackend } from '../../core/ports.ts'

type Subject = {
  readonly backend: Pick<SecretBackend, 'get' | 'set' | 'delete' | 'list'>
  /** Opens the same store as a new process does. Null: the store ends with the process. */
  readonly reopen: (() => Pick<SecretBackend, 'get' | 'set' | 'delete' | 'list'>) | null
}

/** Makes a folder for the test, which is removed at its end. */
export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'latchkey-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** Tests of the behavior that all backends share. `make` returns an empty backend for each test. */
export function describeSecretBackend(name: string, make: () => Promise<Subject>): void {
  describe(`${name}, as every secret backend`, () => {
    test('answers null for a key it does not have, and deletes nothing', async () => {
      const { backend } = await make()
      expect(await backend.get('absent')).toBeNull()
      expect(await backend.delete('absent')).toBe(false)
      expect(await backend.list()).toEqual([])
    })

    test('gives back exactly what was set, replaces it whole, and forgets it', async () => {
      const { backend } = await make()
      await backend.set('key', 'first, and a longer one')
      await backend.set('key', 'second')
      expect(await backend.get('key')).toBe('second')
      expect(await backend.delete('key')).toBe(true)
      expect(await backend.get('key')).toBeNull()
      expect(await backend.delete('key')).toBe(false)
    })

    test.each([
      ['empty', ''],
      ['non-ASCII', 'Grüße, 鍵, 🔑'],
      ['control characters', 'a\0b\r\n\t\u001b\u2028'],
      ['JSON', '{"v":1,"key":"\\u00fc"}'],
      ['100,000 characters', 'x'.repeat(100_000)],
      ['the start of an overflow pointer', 'latchkey:overflow:1:no']
    ])('keeps a value that is %s', async (_name, value) => {
      const { backend } = await make()
      await backend.set('key', value)
      expect(await backend.get('key')).toBe(value)
    })

    test.each([
      ['dots', '..'],
      ['slashes', '../up/and\\away'],
      ['a name Windows reserves', 'con'],
      ['wildcards and quotes', '*?"<>|:\''],
      ['a storage key', '["github","Octocat"]'],
      ['spaces', ' a b '],
      ['emoji', '🔑'],
      ['600 characters', 'k'.repeat(600)]
    ])('keeps a key of %s', async (_name, key) => {
      const { backend } = await make()
      await backend.set(key, 'value')
      expect(await backend.get(key)).toBe('value')
      expect(await backend.list()).toEqual([key])
      expect(await backend.delete(key)).toBe(true)
    })

    test.each([
      ['case', 'Key', 'kEY'],
      ['composition', '\u00fc', 'u\u0308'],
      ['its escape', '%41', 'A'],
      ['its very end', `${'k'.repeat(600)}1`, `${'k'.repeat(600)}2`],
      ['where it is split', '["a","b.c"]', '["a.b","c"]']
    ])('tells keys apart that differ in %s', async (_name, one, other) => {
      const { backend } = await make()
      await backend.set(one, 'one')
      await backend.set(other, 'other')
      expect([await backend.get(one), await backend.get(other)]).toEqual(['one', 'other'])
      expect(await backend.list()).toEqual([one, other].toSorted())
    })

    test.each([
      ['is empty', ''],
      ['holds NUL', 'a\0b'],
      ['holds half a character', 'a\ud800']
    ])('refuses a key that %s', async (_name, key) => {
      const { backend } = await make()
      await expect(backend.set(key, 'value')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
      await expect(backend.get(key)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
      expect(await backend.list()).toEqual([])
    })

    test('refuses a value that holds half a character, and keeps the old one', async () => {
      const { backend } = await make()
      await backend.set('key', 'old')
      await expect(backend.set('key', 'half \udc00')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
      expect(await backend.get('key')).toBe('old')
    })

    test('lists keys sorted', async () => {
      const { backend } = await make()
      for (const key of ['b', 'a', 'c']) await backend.set(key, key)
      expect(await backend.list()).toEqual(['a', 'b', 'c'])
    })

    test('ends with one whole value when many are set at once', async () => {
      const { backend } = await make()
      const values = Array.from({ length: 12 }, (_unused, index) => `value ${index} `.repeat(50))
      await Promise.all(values.map((value) => backend.set('key', value)))
      expect(values).toContain(await backend.get('key'))
    })

    test('keeps everything over the end of the process, or nothing', async () => {
      const { backend, reopen } = await make()
      await backend.set('Key', 'value')
      expect((await reopen?.().get('Key')) ?? null).toBe(reopen ? 'value' : null)
    })
  })
}
