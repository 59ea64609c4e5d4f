import type { McpCommandPorts } from '../commands/agents/mcp.ts'
import type { McpProxyCommandPorts } from '../commands/agents/mcp-proxy.ts'
import type { CommandRow } from '../terminal/command.ts'

export type AgentCommandPorts = McpCommandPorts & McpProxyCommandPorts

/** The commands that agents use. */
export const agentCommands: readonly CommandRow<AgentCommandPorts>[] = [
  {
    name: 'mcp',
    topic: 'Helpers and agents',
    summary: 'serve agents by MCP, on standard input and output',
    forms: ['mcp [--tools FOLDER]'],
    options: [
      { name: 'tools', value: 'FOLDER', text: 'manifests of tools that an agent can run by their ID' }
    ],
    about: [
      'A host of agents starts this; it is seldom typed. It speaks the Model Context Protocol until its input ends. Agents list accounts, send requests and run tools with credentials that they never see; what needs you waits in Latchkey’s window and in “latchkey approvals”.'
    ],
    exitCodes: '0 the input ended',
    opensNothing: true,
    load: async () => (await import('../commands/agents/mcp.ts')).mcpCommand
  },
  {
    name: 'mcp-proxy',
    topic: 'Helpers and agents',
    summary: 'stand in front of a remote MCP server with its credential',
    forms: ['mcp-proxy URL [--service SERVICE] [--account ACCOUNT]'],
    positionals: { least: 1, most: 1, names: ['URL'] },
    options: [
      { name: 'service', value: 'SERVICE', text: 'which entry, if several may be sent to this server' },
      { name: 'account', value: 'ACCOUNT', text: 'which account, if the service has several' }
    ],
    about: [
      'A host of agents starts this in the place of a remote server (streamable HTTP), so that the host keeps no token. Latchkey adds the credential. It is asked for as a whole, like a relay, and ends with its input.'
    ],
    exitCodes: '0 the input ended, 4 nothing is kept for the server, 69 not reachable, 75 locked',
    opensNothing: true,
    load: async () => (await import('../commands/agents/mcp-proxy.ts')).mcpProxyCommand
  }
]
