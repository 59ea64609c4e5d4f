import { assert, dictionary, type JsonValue, jsonValue, property, string, constantFrom } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJsonc } from './jsonc-reader.ts'
import { membersOf, withMember, withoutMember } from './jsonc-text.ts'

const entry = { command: '/usr/bin/node', args: ['/a b/latchkey.mjs', 'mcp'] }
const set = (text: string): string | null => withMember(text, 'mcpServers', 'latchkey', entry)
const unset = (text: string): string | null => withoutMember(text, 'mcpServers', 'latchkey')

describe('a member of a configuration', () => {
  it('is written into a new file', () => {
    expect(JSON.parse(set('') ?? '')).toEqual({ mcpServers: { latchkey: entry } })
  })

  it.each<[string, string, string]>([
    [
      'comments, tabs and a final comma',
      '{\n\t// mine\n\t"servers": 1,\n\t"mcpServers": {\n\t\t"a": {}, /* b */\n\t},\n}\n',
      '{\n\t// mine\n\t"servers": 1,\n\t"mcpServers": {\n\t\t"a": {},\n\t\t"latchkey": {\n\t\t\t"command": "/usr/bin/node",\n\t\t\t"args": [\n\t\t\t\t"/a b/latchkey.mjs",\n\t\t\t\t"mcp"\n\t\t\t]\n\t\t}, /* b */\n\t},\n}\n'
    ],
    [
      'no such object yet',
      '{\n    "x": [1, 2]\n}',
      '{\n    "x": [1, 2],\n    "mcpServers": {\n        "latchkey": {\n            "command": "/usr/bin/node",\n            "args": [\n                "/a b/latchkey.mjs",\n                "mcp"\n            ]\n        }\n    }\n}'
    ],
    [
      'an empty object',
      '{\n  "mcpServers": {}\n}\n',
      '{\n  "mcpServers": {\n    "latchkey": {\n      "command": "/usr/bin/node",\n      "args": [\n        "/a b/latchkey.mjs",\n        "mcp"\n      ]\n    }\n  }\n}\n'
    ]
  ])('leaves everything else as it was: %s', (_, before, after) => {
    expect(set(before)).toBe(after)
    expect(readJsonc(after)).not.toBeNull()
  })

  it('takes the place of the one that was there, and goes from the middle', () => {
    const text = '{\r\n  "mcpServers": {\r\n    "a": 1,\r\n    "latchkey": 2,\r\n    "b": 3\r\n  }\r\n}\r\n'
    const after = set(text) ?? ''
    expect(after.match(/(?<!\r)\n/)).toBeNull()
    expect(JSON.parse(after)).toEqual({ mcpServers: { a: 1, latchkey: entry, b: 3 } })
    expect(unset(after)).toBe('{\r\n  "mcpServers": {\r\n    "a": 1,\r\n    "b": 3\r\n  }\r\n}\r\n')
  })

  it.each(['[]', 'null', '{', '{"a":}', '{"mcpServers": []}', 'no json', '{} {}', '['.repeat(300)])(
    'is not written into what it can not be in: %s',
    (text) => {
      expect([set(text), membersOf(text, 'mcpServers')]).toEqual([null, null])
    }
  )

  it('keeps a comment that stands beside it alone', () => {
    const text = '{\n  "mcpServers": {\n    // mine\n  }\n}\n'
    expect(unset(set(text) ?? '')).toContain('// mine')
  })

  const values = dictionary(string(), jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
  const indents = constantFrom(undefined, 2, 4, '\t')

  it('goes as it came, for every JSON, however it is indented', () => {
    assert(
      property(values, values, indents, (top, servers, indent) => {
        const { latchkey: _one, ...others } = servers
        const { mcpServers: _two, ...rest } = top
        const before = { ...rest, mcpServers: others } as Record<string, JsonValue>
        const text = JSON.stringify(before, null, indent)
        const after = set(text) ?? ''
        expect(JSON.parse(after)).toEqual(
          JSON.parse(JSON.stringify({ ...before, mcpServers: { ...others, latchkey: entry } }))
        )
        expect([...(membersOf(after, 'mcpServers')?.keys() ?? [])].toSorted()).toEqual(
          [...Object.keys(others), 'latchkey'].toSorted()
        )
        const back = unset(after) ?? ''
        if (Object.keys(others).length > 0) expect(back).toBe(text)
        else expect(JSON.parse(back)).toEqual(JSON.parse(JSON.stringify(rest)))
      })
    )
  })

  it('goes as it came where there was no such object', () => {
    assert(
      property(values, indents, (top, indent) => {
        const { mcpServers: _one, ...rest } = top
        const text = JSON.stringify(rest, null, indent)
        const back = unset(set(text) ?? '') ?? ''
        if (Object.keys(rest).length > 0) expect(back).toBe(text)
        else expect(JSON.parse(back)).toEqual({})
      })
    )
  })
})
