import { join } from 'node:path'
import { codexServer, type Started, withCodexServer, withoutCodexServer } from './codex-text.ts'
import type { HostName } from './host-names.ts'
import { membersOf, withMember, withoutMember } from './jsonc-text.ts'

/** Where a host of agents looks for its servers, on this computer. */
export type HostWorld = {
  /** Home of the person. */
  readonly home: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
}

/** A host of agents and its configuration. Each function over a text gives null where the text can not be changed. */
export type AgentHost = {
  /** As people call it. */
  readonly title: string
  /** Absolute path of the file. */
  readonly file: (world: HostWorld) => string
  readonly withServer: (text: string, name: string, started: Started) => string | null
  readonly withoutServer: (text: string, name: string) => string | null
  /** What the file says of a server, as text; empty: it has none of that name. */
  readonly serverIn: (text: string, name: string) => string | null
  /** The object of a JSON file that has the servers; null: it is no JSON file. */
  readonly outer: string | null
  /** What the person should know; null: nothing. */
  readonly note: string | null
}

/** The folder of an application's settings. */
function applicationData({ environment, home, platform }: HostWorld, name: string): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', name)
  if (platform === 'win32') return join(environment['APPDATA'] || join(home, 'AppData', 'Roaming'), name)
  return join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), name)
}

/** A host whose servers are the members of an object of a JSON file, which may have comments. */
const inJson = (outer: string, type?: 'stdio') =>
  ({
    outer,
    withServer: (text, name, { command, args, env }) =>
      withMember(text, outer, name, { ...(type !== undefined && { type }), command, args, env }),
    withoutServer: (text, name) => withoutMember(text, outer, name),
    serverIn: (text, name) => {
      const members = membersOf(text, outer)
      if (members === null) return null
      return members.has(name) ? JSON.stringify(members.get(name) ?? null) : ''
    }
  }) as const satisfies Pick<AgentHost, 'outer' | 'withServer' | 'withoutServer' | 'serverIn'>

const RESTART = 'Start it again, so that it reads its configuration.'

/** The hosts by the names of the command line. The place of each file was read in the documents that docs/agents.md names. */
export const agentHosts: Readonly<Record<HostName, AgentHost>> = {
  'claude-code': {
    title: 'Claude Code',
    file: ({ environment, home }) => join(environment['CLAUDE_CONFIG_DIR'] || home, '.claude.json'),
    ...inJson('mcpServers', 'stdio'),
    note: 'Claude Code writes this file itself: close its sessions first, else it may write over the change.'
  },
  'claude-desktop': {
    title: 'Claude Desktop',
    file: (world) => join(applicationData(world, 'Claude'), 'claude_desktop_config.json'),
    ...inJson('mcpServers'),
    note: RESTART
  },
  codex: {
    title: 'Codex',
    file: ({ environment, home }) => join(environment['CODEX_HOME'] || join(home, '.codex'), 'config.toml'),
    outer: null,
    withServer: withCodexServer,
    withoutServer: withoutCodexServer,
    serverIn: (text, name) =>
      withoutCodexServer(text, name) === null ? null : (codexServer(text, name) ?? ''),
    note: null
  },
  cursor: {
    title: 'Cursor',
    file: ({ home }) => join(home, '.cursor', 'mcp.json'),
    ...inJson('mcpServers'),
    note: RESTART
  },
  vscode: {
    title: 'VS Code',
    file: (world) => join(applicationData(world, 'Code'), 'User', 'mcp.json'),
    ...inJson('servers', 'stdio'),
    note: null
  }
}
