import { describe, expect, it } from 'vitest'
import { UsageError } from './command.ts'
import { fieldsIn, jsonText } from './json-fields.ts'

describe('the fields of --json', () => {
  it('are picked in the order in which they are typed, each once', () => {
    expect(fieldsIn('b, a,b', ['a', 'b', 'c'])).toEqual(['b', 'a'])
  })

  it('are every one by “all”', () => {
    expect(fieldsIn('all', ['a'])).toBeNull()
  })

  it.each(['ghp_0123456789', 'a,', 'A', '__proto__', 'a b', 'all,a'])(
    'are refused without a word of what was typed: %s',
    (text) => {
      expect(() => fieldsIn(text, ['a', 'b'])).toThrow(
        new UsageError('The fields of --json are a, b, and all for every one.')
      )
    }
  )
})

describe('an answer as JSON', () => {
  it('has the picked fields of each row, and null for one that the answer lacks', () => {
    expect(JSON.parse(jsonText([{ a: 1, b: 2 }, { b: 3 }], ['b', 'a']))).toEqual([
      { b: 2, a: 1 },
      { b: 3, a: null }
    ])
    expect(jsonText({ a: 1, b: [2] }, ['b'], 0)).toBe('{"b":[2]}\n')
    expect(jsonText({ a: 1 }, ['constructor'], 0)).toBe('{"constructor":null}\n')
  })

  it('is whole where every field is wanted, and null where there is none', () => {
    expect(JSON.parse(jsonText({ a: 1, b: 2 }, null))).toEqual({ a: 1, b: 2 })
    expect(jsonText(null, ['a'])).toBe('null\n')
  })
})
