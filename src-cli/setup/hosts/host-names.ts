/** The hosts of agents that can be set up, by the names of the command line. */
export const hostNames = ['claude-code', 'claude-desktop', 'codex', 'cursor', 'vscode'] as const
export type HostName = (typeof hostNames)[number]

export const isHostName = (name: string): name is HostName => hostNames.some((each) => each === name)
