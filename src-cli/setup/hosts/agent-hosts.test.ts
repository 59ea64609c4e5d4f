import { describe, expect, it } from 'vitest'
import { agentHosts, type HostWorld } from './agent-hosts.ts'
import { type HostName, hostNames } from './host-names.ts'

const world: HostWorld = { home: '/home/ana', environment: {}, platform: 'linux' }
const started = { command: '/usr/bin/node', args: ['/opt/latchkey.mjs', 'mcp'], env: { LATCHKEY_HOME: '/h' } }
const fileOf = (name: HostName, change: Partial<HostWorld> = {}): string =>
  agentHosts[name].file({ ...world, ...change })

describe('the file of a host', () => {
  it('is the one of the person, for all projects', () => {
    expect(hostNames.map((name) => fileOf(name))).toEqual([
      '/home/ana/.claude.json',
      '/home/ana/.config/Claude/claude_desktop_config.json',
      '/home/ana/.codex/config.toml',
      '/home/ana/.cursor/mcp.json',
      '/home/ana/.config/Code/User/mcp.json'
    ])
  })

  it('is where the host is told to look, or where the system keeps settings', () => {
    const environment = { CLAUDE_CONFIG_DIR: '/c', CODEX_HOME: '/x', XDG_CONFIG_HOME: '/g' }
    expect(
      (['claude-code', 'codex', 'vscode'] as const).map((name) => fileOf(name, { environment }))
    ).toEqual(['/c/.claude.json', '/x/config.toml', '/g/Code/User/mcp.json'])
    expect(fileOf('claude-desktop', { platform: 'darwin' })).toBe(
      '/home/ana/Library/Application Support/Claude/claude_desktop_config.json'
    )
  })
})

describe.each(hostNames)('the configuration of %s', (name) => {
  const host = agentHosts[name]

  it('has the server under its name, and is as it was without it', () => {
    const after = host.withServer('', 'latchkey', started) ?? ''
    const said = host.serverIn(after, 'latchkey') ?? ''
    for (const text of ['/usr/bin/node', '/opt/latchkey.mjs', 'LATCHKEY_HOME']) expect(said).toContain(text)
    expect(host.serverIn(after, 'other')).toBe('')
    const back = host.withoutServer(after, 'latchkey') ?? 'null'
    expect(['', '{}']).toContain(back.replaceAll(/\s/g, ''))
  })
})
