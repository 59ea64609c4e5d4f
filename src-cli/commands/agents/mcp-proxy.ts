import type { UsableAccount } from '#shared/broker/agents.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

export type McpProxyCommandPorts = Pick<Terminal, 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Stands in front of a remote MCP server, so that no host holds its token. */
export const mcpProxyCommand: Command<McpProxyCommandPorts> = {
  run: async (args, { openVault, writeError }) => {
    const url = urlOf(args.positionals[0] ?? '')
    const host = `${url.hostname}:${url.port === '' ? '443' : url.port}`
    const vault = await openVault()
    let all: readonly UsableAccount[]
    try {
      all = await ask(vault, 'listUsable', [])
    } finally {
      vault.close()
    }
    const [found, ...others] = all.filter((account) => isFor(account, host, args))
    if (found === undefined) {
      writeError(
        'latchkey: Nothing is kept that may be sent to this server. Add it in Latchkey as an MCP server, or as a key with its host. (UNKNOWN_SERVICE)\n'
      )
      return exitCodes.signIn
    }
    if (others.length > 0) {
      throw new UsageError(
        'Several entries may be sent to this server. Name one with --service and --account.'
      )
    }
    const { proxyServer } = await import('../../mcp/proxy/mcp-proxy.ts')
    await proxyServer(url, { service: found.service, account: found.account, host }, openVault)
    return exitCodes.ok
  }
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw new UsageError('URL is the https address of an MCP server, without a user name and password.')
  }
  return url
}

function isFor({ service, account, hosts }: UsableAccount, host: string, args: Arguments): boolean {
  const [wantedService, wantedAccount] = [args.value('service'), args.value('account')]
  if (wantedService !== null && service !== wantedService) return false
  if (wantedAccount !== null && account !== wantedAccount) return false
  return hosts.some((each) => (/:\d+$/.test(each) ? each : `${each}:443`) === host)
}
