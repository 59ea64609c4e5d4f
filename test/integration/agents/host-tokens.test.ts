import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { RemoteMcpServer } from '../../support/remote-mcp-server.ts'
import { type CliEnd, runCli } from '../../support/run-cli.ts'
import { UseWorld } from '../../support/use-world.ts'

const TOKEN = 'lin_mcp_9fQ2xT7mZx2LcR8wYb5NdF1sHj6KpA0eGuVt'

let world: UseWorld
let home: string
const path = (): string => join(home, '.cursor', 'mcp.json')
const text = (): string => readFileSync(path(), 'utf8')
beforeAll(async () => {
  world = await UseWorld.start({ keys: {}, services: [] })
})
afterAll(() => world.end())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'latchkey-tokens-'))
  mkdirSync(join(home, '.cursor'))
})
afterEach(() => rmSync(home, { recursive: true }))

const latchkey = (...args: readonly string[]): Promise<CliEnd> => runCli(args, { ...world.env, HOME: home })

/** The configuration of a person with a remote server, one with a secret of another form, and a program. */
const mine = (): string => `{
  // mine
  "mcpServers": {
    "linear": { "url": "${world.origin}/mcp", "headers": { "Authorization": "Bearer ${TOKEN}", "X-Team": "a" } },
    "other": { "url": "https://b.example/mcp", "headers": { "X-API-Key": "secret" } },
    "local": { "command": "x" },
  },
}
`

it('shows which tokens it would move, and none of them', async () => {
  writeFileSync(path(), mine())
  const { code, out, errors } = await latchkey('setup', 'mcp-host', 'cursor', '--dry-run')
  expect([code, errors, text()]).toEqual([0, '', mine()])
  expect(out).toContain(`- linear: ${world.origin}/mcp with a token in plain text\n+ linear: `)
  expect(out).toContain('Note: other has a secret of another form, which stays in the file.\n')
  expect(out).not.toContain(TOKEN)
})

it('moves a token into the vault, and the server answers the host without it', async () => {
  writeFileSync(path(), mine())
  const done = await latchkey('setup', 'mcp-host', 'cursor')
  expect(done).toMatchObject({ code: 0, errors: '' })
  expect(done.out + text()).not.toContain(TOKEN)
  expect(text()).toContain('// mine')
  expect(text()).toContain('"X-API-Key": "secret"')
  const plain = text()
    .replaceAll(/\/\/ mine/g, '')
    .replaceAll(/,(\s*[}\]])/g, '$1')
  const { mcpServers } = JSON.parse(plain) as {
    mcpServers: Record<string, { command: string; args: string[]; env: Record<string, string> }>
  }
  const { command = '', args = [], env = {} } = mcpServers['linear'] ?? {}
  const remote = new RemoteMcpServer(TOKEN)
  world.handle = remote.handle
  const client = new Client({ name: 'cursor', version: '1' })
  const connected = client.connect(
    new StdioClientTransport({ command, args, env: { HOME: home, PATH: '/usr/bin:/bin', ...env }, cwd: '/' })
  )
  await expect
    .poll(() => world.asTerminal(async (vault) => (await vault.ask('listQuestions')) as unknown[]))
    .toHaveLength(1)
  const { client: asking, mode } = await world.answer('10-minutes')
  expect([asking.name, mode]).toEqual(['cursor', 'relay'])
  await connected
  try {
    const answer = await client.callTool({ name: 'echo', arguments: { text: 'hello' } })
    expect(answer.content).toEqual([{ type: 'text', text: 'hello' }])
    expect(new Set(remote.seen.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${TOKEN}`])
    )
  } finally {
    await client.close()
  }
  expect((await latchkey('setup', 'mcp-host', 'cursor')).out).toContain('Nothing has to be changed.')

  const back = await latchkey('unsetup', 'mcp-host', 'cursor')
  expect(back).toMatchObject({ code: 0, errors: '' })
  expect(back.out).toContain('The token of linear stays in Latchkey')
  expect(text()).not.toContain(TOKEN)
  expect(text()).not.toContain('mcp-proxy')
  expect(text()).toContain(`"url": "${world.origin}/mcp"`)
  expect(existsSync(join(world.home, 'setup', 'cursor.key'))).toBe(false)
})

it('changes nothing where another token is kept for the server already', async () => {
  writeFileSync(path(), mine())
  expect(await latchkey('setup', 'mcp-host', 'cursor')).toMatchObject({ code: 0 })
  const other = mine().replace(TOKEN, `${TOKEN}x`)
  writeFileSync(path(), other)
  const { code, errors } = await latchkey('setup', 'mcp-host', 'cursor')
  expect([code, text()]).toEqual([64, other])
  expect(errors).toContain('another one is kept for that server already')
  expect(errors).not.toContain(TOKEN)
})

it('takes only hosts that keep tokens in their file', async () => {
  for (const [host, sentence] of [
    ['codex', 'Codex keeps tokens in variables'],
    ['emacs', 'mcp-host takes']
  ] as const) {
    const { code, errors } = await latchkey('setup', 'mcp-host', host)
    expect(code).toBe(64)
    expect(errors).toContain(sentence)
  }
  expect(await latchkey('setup', 'git', 'cursor')).toMatchObject({ code: 64 })
})
