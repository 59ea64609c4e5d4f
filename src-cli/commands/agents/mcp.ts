import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import type { Command } from '../../terminal/command.ts'
import { exitCodes } from '../../terminal/command.ts'
import { environmentOf, readManifests, type ToolCommandPorts } from '../use/tool.ts'

export type McpCommandPorts = Pick<ToolCommandPorts, 'readManifest'> & {
  readonly openVault: () => Promise<VaultConnection>
  readonly version: () => string
}

/** Serves one host until its end of the pipe is closed. Nothing but messages goes to standard output. */
export const mcpCommand: Command<McpCommandPorts> = {
  run: async (args, { openVault, readManifest, version }) => {
    const folder = args.value('tools')
    const manifests = folder === null ? [] : await readManifests(folder, { readManifest })
    const { serveAgents } = await import('../../mcp/serve-agents.ts')
    await serveAgents(version(), { openVault, manifests, environment: environmentOf(manifests) })
    return exitCodes.ok
  }
}
