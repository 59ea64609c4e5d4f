import type { Command } from '../../terminal/command.ts'

export type ServeCommandPorts = {
  /** Runs the vault without windows until it ends; resolves with the exit code. */
  readonly serve: () => Promise<number>
}

export const serveCommand: Command<ServeCommandPorts> = { run: async (_args, { serve }) => await serve() }
