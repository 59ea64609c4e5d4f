import { assert, jsonValue, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from './json-text.ts'

describe('a text of JSON', () => {
  it.each([
    ['{"a":1,"a":2}', true],
    ['[{"x":{"b" : 1, "\\u0062"\n:2}}]', true],
    ['{"a":{"a":1},"b":["a","a",{"a":1},{"a":1}]}', false],
    ['{"a":"\\"a\\":","b":"{\\"a\\":1"}', false],
    ['["a","a"]', false],
    ['""', false]
  ])('%s has a name twice: %s', (text, repeated) => {
    expect(readJson(text)?.fault).toBe(repeated ? 'repeated' : null)
  })

  it.each([
    ['too many values', `[${'1,'.repeat(50_001)}1]`],
    ['too many levels', `${'['.repeat(101)}${']'.repeat(101)}`],
    ['too many levels of objects', `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`]
  ])('has %s', (_what, text) => {
    expect(readJson(text)?.fault).toBe('large')
  })

  it('is read as the platform reads it, and anything else is null', () => {
    assert(
      property(jsonValue(), (value) => {
        const text = JSON.stringify(value)
        expect(readJson(text)).toEqual({ value: JSON.parse(text) as unknown, fault: null })
      })
    )
    for (const text of ['', '{', 'a', '{"a":1,}', '"\n"']) expect(readJson(text)).toBeNull()
  })
})
