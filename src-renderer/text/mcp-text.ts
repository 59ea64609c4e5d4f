import type { McpReport } from '#shared/mcp.ts'

/** Adding a remote MCP server by its address. */
export const mcpText = {
  tab: 'MCP server',
  address: 'Address of the server',
  addressHint: 'The address that tools connect to, such as https://mcp.example.com/mcp.',
  addressWrong: 'Enter a whole address that begins with https://.',
  ask: 'Ask the server',
  asking: 'Asking the server…',
  askFirst: 'Ask the server first. It says where you sign in; Latchkey sends only the question.',
  found: 'What the server says',
  signInAt: (host: string) => `You sign in at ${host}`,
  resource: (address: string) => `The token is for ${address} and is sent nowhere else`,
  alsoFor: (host: string, others: readonly string[]) =>
    `You sign in at the same place for ${others.join(', ')}. This token goes to ${host}: continue only if you trust it with the access that you choose here.`,
  olderProfile:
    'This server follows an older version of MCP and signs people in itself. Its tokens may work at other addresses of its own.',
  client: {
    known: 'Latchkey is a client for this server already',
    registers: 'Latchkey registers itself there; no client ID is needed',
    ask: 'Clients can’t register themselves there: enter the ID of your own client'
  } satisfies Record<McpReport['client'], string>,
  clientHint:
    'Or the https address where your client describes itself, if the server accepts such addresses.',
  pkce: 'PKCE with S256 is supported',
  nameMissing: 'Give the server a name.'
} as const
