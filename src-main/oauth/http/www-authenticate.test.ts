import { array, assert, constantFrom, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { challengeParameter } from './www-authenticate.ts'

describe('a Bearer challenge', () => {
  const rows: [string, string | null, string | null][] = [
    ['names the metadata', 'Bearer resource_metadata="https://a.example/x"', 'https://a.example/x'],
    [
      'names it among others',
      'Bearer realm="m", error="e", resource_metadata="https://a.example/x", scope="a b"',
      'https://a.example/x'
    ],
    [
      'names it after another scheme',
      'Basic realm="x", Bearer resource_metadata=https://a.example/x',
      'https://a.example/x'
    ],
    ['names it in capitals', 'bearer RESOURCE_METADATA = "https://a.example/x"', 'https://a.example/x'],
    ['names something that ends alike', 'Bearer old_resource_metadata="https://a.example/x"', null],
    ['names it under another scheme alone', 'Basic resource_metadata="https://a.example/x"', null],
    ['names nothing', 'Bearer', null],
    ['is not there', null, null],
    ['is endless', `Bearer ${'a'.repeat(9000)}, resource_metadata="https://a.example/x"`, null],
    ['holds an escape', 'Bearer resource_metadata="https://a.example/\\"x"', 'https://a.example/"x'],
    [
      'is quoted by another parameter',
      'Bearer error_description="x, resource_metadata=https://e.example"',
      null
    ],
    ['is quoted with an escape', 'Bearer realm="\\", resource_metadata=\\"https://e.example"', null],
    ['stands in another challenge behind it', 'Bearer, Digest resource_metadata="https://e.example"', null],
    ['stands in another challenge before it', 'Digest resource_metadata="https://e.example", Bearer', null],
    [
      'is in the second of two',
      'Bearer realm="a", Bearer resource_metadata="https://a.example/x"',
      'https://a.example/x'
    ],
    [
      'stands behind a token of another scheme',
      'Negotiate YWJj==, Bearer resource_metadata="https://a.example/x"',
      'https://a.example/x'
    ],
    [
      'stands twice',
      'Bearer resource_metadata="https://a.example/x", resource_metadata="https://e.example"',
      'https://a.example/x'
    ],
    ['has a quote without an end', 'Bearer realm="a, resource_metadata="https://e.example"', null]
  ]
  it.each(rows)('%s', (_name, header, expected) => {
    expect(challengeParameter(header, 'resource_metadata')).toBe(expected)
  })

  it('is read or left, whatever the header is, and in the time its length takes', () => {
    const piece = constantFrom(
      'Bearer',
      ' ',
      ',',
      '=',
      '"',
      '\\\\',
      'scope',
      'a',
      '\t',
      '\u00e9',
      'realm="',
      '", '
    )
    assert(
      property(array(piece, { maxLength: 200 }), (pieces) => {
        const value = challengeParameter(pieces.join(''), 'scope')
        expect(value === null || typeof value === 'string').toBe(true)
      }),
      { numRuns: 2000 }
    )
    for (const part of ['"', '\\\\"', 'a=', 'a="', ' ,', 'a ', 'a="b" ', '=']) {
      expect(challengeParameter(`Bearer ${part.repeat(8000 / part.length)}`, 'scope')).toBeNull()
    }
  })

  it('names the scopes', () => {
    const header = 'Bearer error="insufficient_scope", scope="files:read files:write"'
    expect(challengeParameter(header, 'scope')).toBe('files:read files:write')
  })
})
