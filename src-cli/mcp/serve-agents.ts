import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { HostStreams } from './host-streams.ts'
import { mcpServers } from './mcp-server.ts'
import type { ToolPorts } from './tools/agent-tool.ts'

/**
 * Serves the host at the standard streams, in the protocol of 2026-07-28 and in those before it. Resolves when the input
 * ends or the output is closed; calls under way end then.
 */
export async function serveAgents(version: string, ports: ToolPorts): Promise<void> {
  const transport = new HostStreams()
  // A message that is broken has no one to be told: standard error belongs to the host's log.
  const server = serveStdio(mcpServers(version, ports), { transport, onerror: () => undefined })
  await transport.closed
  await server.close()
}
