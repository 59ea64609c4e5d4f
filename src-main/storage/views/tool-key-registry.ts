/** A tool that is used with a key of its own. */
export type ToolKeyRow = {
  /** What the person and the tool call it: lower-case letters, digits and dashes. */
  readonly tool: string
  /** As the list shows it. */
  readonly name: string
  /** Exact hosts the key may be sent to. */
  readonly allowedHosts: readonly string[]
}

/** The tools Latchkey knows; another one is another row. */
export const toolKeyRegistry: readonly ToolKeyRow[] = [
  { tool: 'brave', name: 'Brave Search', allowedHosts: ['api.search.brave.com'] },
  { tool: 'exa', name: 'Exa', allowedHosts: ['api.exa.ai', 'mcp.exa.ai'] },
  { tool: 'tavily', name: 'Tavily', allowedHosts: ['api.tavily.com', 'mcp.tavily.com'] }
]
