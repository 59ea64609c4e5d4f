import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CliEnd, runCli } from '../../support/run-cli.ts'
import { UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
let home: string
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'latchkey-hosts-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const latchkey = (...args: readonly string[]): Promise<CliEnd> => {
  const none = { XDG_CONFIG_HOME: '', CLAUDE_CONFIG_DIR: '', CODEX_HOME: '' }
  return runCli(args, { ...world.env, ...none, HOME: home })
}
const paired = async (): Promise<readonly string[]> =>
  (JSON.parse((await latchkey('pair', '--list', '--json', 'name')).out) as readonly { name: string }[]).map(
    ({ name }) => name
  )

type Server = {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Record<string, string>
}
type Named = Readonly<Record<string, Record<string, Server>>>

const python = 'import json, sys, tomllib; json.dump(tomllib.loads(sys.stdin.read()), sys.stdout)'
const fromToml = (text: string): Named =>
  JSON.parse(execFileSync('python3', ['-c', python], { input: text }).toString()) as Named

/** Each host: its file, where the servers are in it, and what a person has in it. */
const hosts = [
  [
    'claude-code',
    '.claude.json',
    'mcpServers',
    '{\n  "numStartups": 4,\n  "mcpServers": {\n    "a": { "command": "x" }\n  }\n}'
  ],
  [
    'claude-desktop',
    '.config/Claude/claude_desktop_config.json',
    'mcpServers',
    '{"mcpServers":{"a":{"command":"x"}}}\n'
  ],
  ['codex', '.codex/config.toml', 'mcp_servers', 'model = "o9" # mine\n\n[mcp_servers.a]\ncommand = "x"\n'],
  ['cursor', '.cursor/mcp.json', 'mcpServers', '{\n\t"mcpServers": {\n\t\t"a": { "command": "x" }\n\t}\n}\n'],
  [
    'vscode',
    '.config/Code/User/mcp.json',
    'servers',
    '{\n  // mine\n  "servers": {\n    "a": { "command": "x" },\n  },\n}\n'
  ]
] as const

describe.each(hosts)('latchkey setup %s', (name, file, outer, mine) => {
  const path = (): string => join(home, file)
  const write = (text: string): void => {
    mkdirSync(dirname(path()), { recursive: true })
    writeFileSync(path(), text, { mode: 0o640 })
  }
  const read = (): Server => {
    const text = readFileSync(path(), 'utf8')
    const plain = text.replaceAll(/\/\/[^\n]*/g, '').replaceAll(/,(\s*[}\]])/g, '$1')
    const all = name === 'codex' ? fromToml(text) : (JSON.parse(plain) as Named)
    const server = all[outer]?.['latchkey']
    if (server === undefined) throw new Error(text)
    return server
  }

  it('shows what it would do and does nothing, by --dry-run', async () => {
    write(mine)
    const { code, out, errors } = await latchkey('setup', name, '--dry-run')
    expect([code, errors, readFileSync(path(), 'utf8'), await paired()]).toEqual([0, '', mine, []])
    expect(out).toMatch(
      new RegExp(`^~/${file.replaceAll('.', String.raw`\.`)}\n\\+ latchkey: .*latchkey\\.mjs mcp\n`)
    )
  })

  it('adds a server that asks under a name of its own, and is taken back to the byte', async () => {
    write(mine)
    expect(await latchkey('setup', name)).toMatchObject({ code: 0, errors: '' })
    expect([await paired(), statSync(path()).mode & 0o777]).toEqual([[name], 0o640])
    const server = read()
    const env = { HOME: home, PATH: '/usr/bin:/bin', ...server.env }
    const transport = new StdioClientTransport({
      command: server.command,
      args: [...server.args],
      env,
      cwd: '/'
    })
    const client = new Client({ name: 'host', version: '1' })
    await client.connect(transport)
    try {
      const args = { service: 'stripe', url: `${world.origin}/v1/${name}` }
      const answer = client.callTool({ name: 'http_request', arguments: args })
      await expect
        .poll(() => world.asTerminal(async (vault) => (await vault.ask('listQuestions')) as unknown[]))
        .toHaveLength(1)
      expect((await world.answer('once')).client.name).toBe(name)
      expect((await answer).structuredContent).toMatchObject({ status: 200 })
    } finally {
      await client.close()
    }
    expect((await latchkey('setup', name)).out).toBe('Nothing has to be changed.\n')
    expect(await latchkey('unsetup', name)).toMatchObject({ code: 0, errors: '' })
    expect([readFileSync(path(), 'utf8'), await paired()]).toEqual([mine, []])
    expect((await latchkey('unsetup', name)).out).toBe('Nothing has to be changed.\n')
  })

  it('makes the file where there is none, and takes it away again', async () => {
    expect(await latchkey('setup', name)).toMatchObject({ code: 0, errors: '' })
    expect(read().args.at(-1)).toBe('mcp')
    expect(await latchkey('unsetup', name)).toMatchObject({ code: 0, errors: '' })
    expect(existsSync(path())).toBe(false)
  })

  it('leaves a file alone that it does not understand', async () => {
    const broken = name === 'codex' ? 'mcp_servers = {}\n' : '{"mcpServers": [], "servers": []}'
    write(broken)
    const { code, errors } = await latchkey('setup', name)
    expect([code, readFileSync(path(), 'utf8'), await paired()]).toEqual([64, broken, []])
    expect(errors).toContain('is written in a way that Latchkey does not change.')
  })
})

it('does not take the place of another server of the same name', async () => {
  const mine = '{"mcpServers": {"latchkey": {"command": "other"}}}'
  mkdirSync(join(home, '.cursor'))
  writeFileSync(join(home, '.cursor', 'mcp.json'), mine)
  for (const command of ['setup', 'unsetup']) {
    const { code, errors } = await latchkey(command, 'cursor')
    expect([code, readFileSync(join(home, '.cursor', 'mcp.json'), 'utf8')]).toEqual([64, mine])
    expect(errors).toContain('has another server under the name latchkey')
  }
})

describe('the doctor', () => {
  const hostsRow = async (): Promise<Readonly<Record<string, unknown>> | undefined> => {
    const { out } = await latchkey('doctor', '--json', 'rows')
    const { rows } = JSON.parse(out) as { readonly rows: readonly { readonly id: string }[] }
    return rows.find(({ id }) => id === 'hosts')
  }

  it('names the hosts that were set up, and what is wrong with their files, without a token', async () => {
    const path = join(home, '.cursor', 'mcp.json')
    mkdirSync(dirname(path))
    writeFileSync(path, '{"mcpServers":{}}')
    expect((await latchkey('setup', 'cursor')).code).toBe(0)
    expect((await latchkey('setup', 'codex')).code).toBe(0)
    expect(await hostsRow()).toMatchObject({ state: 'ok', fact: 'codex, cursor' })
    const headers = { Authorization: 'Bearer lin_api_0123456789abcdef' }
    const remote = { url: 'https://mcp.linear.app/mcp', headers }
    writeFileSync(path, JSON.stringify({ mcpServers: { linear: remote } }))
    const row = await hostsRow()
    expect(row).toMatchObject({
      state: 'warning',
      fact: `cursor lacks Latchkey in ${path}; 1 token in plain text in ${path}`,
      remedy:
        'Set it up again: “latchkey setup cursor”. Move the tokens into Latchkey: “latchkey setup mcp-host cursor”.'
    })
    expect(JSON.stringify(row)).not.toContain('lin_api')
    for (const host of ['cursor', 'codex']) expect((await latchkey('unsetup', host)).code).toBe(0)
    expect(await hostsRow()).toMatchObject({ state: 'ok', fact: 'none' })
  })

  it('says that the program of a host is not there any more', async () => {
    expect((await latchkey('setup', 'vscode')).code).toBe(0)
    const note = join(world.home, 'setup', 'vscode.json')
    const text = readFileSync(note, 'utf8')
    writeFileSync(note, text.replace(JSON.stringify(process.execPath), '"/nowhere/node"'))
    expect(await hostsRow()).toMatchObject({ fact: 'vscode starts /nowhere/node, which is not there' })
    writeFileSync(note, text)
    expect((await latchkey('unsetup', 'vscode')).code).toBe(0)
  })
})
