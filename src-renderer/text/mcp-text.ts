import type { McpReport } from '#shared/mcp.ts'

/** Adding a remote MCP server by its address. */
export const mcpText = {
  tab: 'MCP server',
  address: 'Server address',
  addressHint: 'The address that tools connect to, such as https://mcp.example.com/mcp.',
  addressWrong: 'Enter a full https:// address.',
  ask: 'Check server',
  asking: 'Checking the server…',
  askFirst: 'Check the server first. Latchkey asks it where to sign in.',
  found: 'What the server says',
  signInAt: (host: string) => `You sign in at ${host}`,
  resource: (address: string) => `The token is for ${address} and is sent nowhere else`,
  alsoFor: (host: string, others: readonly string[]) =>
    `You sign in at the same place for ${others.join(', ')}. This token goes to ${host}: continue only if you trust it with the access that you choose here.`,
  olderProfile:
    'This server follows an older version of MCP and signs people in itself. Its tokens may work at other addresses of its own.',
  client: {
    known: 'Latchkey is already registered with this server',
    registers: 'Latchkey registers itself. No client ID needed.',
    ask: 'No automatic registration. Enter your client ID.'
  } satisfies Record<McpReport['client'], string>,
  clientHint: 'Or the URL of your client’s metadata, if the server accepts one.',
  pkce: 'PKCE with S256 is supported',
  nameMissing: 'Enter a name.'
} as const
