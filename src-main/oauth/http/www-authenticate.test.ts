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
    ['holds an escape', 'Bearer resource_metadata="https://a.example/\\"x"', null]
  ]
  it.each(rows)('%s', (_name, header, expected) => {
    expect(challengeParameter(header, 'resource_metadata')).toBe(expected)
  })

  it('names the scopes', () => {
    const header = 'Bearer error="insufficient_scope", scope="files:read files:write"'
    expect(challengeParameter(header, 'scope')).toBe('files:read files:write')
  })
})
