import { execFileSync } from 'node:child_process'
import { array, sample, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codexServer, withCodexServer, withoutCodexServer } from './codex-text.ts'

const started = {
  command: '/usr/bin/node',
  args: ['/a "b"/latchkey.mjs', 'mcp'],
  env: { LATCHKEY_HOME: 'C:\\home' }
}
const set = (text: string): string | null => withCodexServer(text, 'latchkey', started)
const unset = (text: string): string | null => withoutCodexServer(text, 'latchkey')
const OURS = `[mcp_servers.latchkey]
command = "/usr/bin/node"
args = ["/a \\"b\\"/latchkey.mjs", "mcp"]
env = { LATCHKEY_HOME = "C:\\\\home" }
`

type Read = Record<string, unknown>

/** Texts as Python's own reader of TOML has them. */
function tomls(texts: readonly string[]): Read[] {
  const code = `import json, sys, tomllib
json.dump([tomllib.loads(text) for text in json.load(sys.stdin)], sys.stdout)`
  return JSON.parse(execFileSync('python3', ['-c', code], { input: JSON.stringify(texts) }).toString())
}

const toml = (text: string): Read => tomls([text])[0] ?? {}

const MINE = `model = "o9" # mine
notes = """
[mcp_servers.latchkey]
"""

[mcp_servers.other]
command = 'x'
args = [
  "[mcp_servers.latchkey]",
  "]",
]

[mcp_servers."other".env]
A = "1"

[[profiles]]
name = '''
it's'''
`

describe('the configuration of Codex', () => {
  it.each(['', 'model = "o9"\n', MINE, MINE.replaceAll('\n', '\r\n')])(
    'has the server at its end, and is as it was without it',
    (text) => {
      const after = set(text) ?? ''
      expect(after).toBe(text === '' ? OURS : `${text.trimEnd()}\n\n${OURS}`)
      expect(toml(after)).toEqual({
        ...toml(text),
        mcp_servers: { ...(toml(text)['mcp_servers'] as object | undefined), latchkey: started }
      })
      expect(toml(unset(after) ?? '')).toEqual(toml(text))
      expect(set(after)).toBe(after)
      expect(codexServer(after, 'latchkey')).toBe(OURS)
      expect(codexServer(text, 'latchkey')).toBeNull()
    }
  )

  it('has a new one in the place of an older one, with what is below that', () => {
    const older = `[a]\nx = 1\n\n[mcp_servers."latchkey"]\ncommand = "old"\n\n[mcp_servers.latchkey.env]\nA = "1"\n\n[b]\ny = [[1], [2]]\n`
    expect(toml(set(older) ?? '')).toEqual({
      a: { x: 1 },
      b: { y: [[1], [2]] },
      mcp_servers: { latchkey: started }
    })
  })

  it.each(['mcp_servers = { a = { command = "x" } }\n', 'x = """\nno end\n'])(
    'is left alone where a table can not be added: %j',
    (text) => {
      expect(set(text)).toBeNull()
    }
  )

  it('has any text as it was', () => {
    const lists = sample(array(string({ unit: 'binary' }), { maxLength: 3 }), 500).map((args) =>
      args.map((arg) => arg.toWellFormed())
    )
    const texts = lists.map((args) => withCodexServer('', 'latchkey', { ...started, args }) ?? '')
    expect(tomls(texts)).toEqual(lists.map((args) => ({ mcp_servers: { latchkey: { ...started, args } } })))
  })
})
