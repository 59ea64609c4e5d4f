import { join } from 'node:path'
import type { CliEnd } from './run-cli.ts'
import { GitServer } from './git-server.ts'
import { ToolHome } from './tool-home.ts'
import { UseWorld } from './use-world.ts'

type Environment = Readonly<Record<string, string>>

/** The real git in a clean home, a server of repositories, and a vault with a key for each account. */
export class GitWorld {
  readonly vault: UseWorld
  readonly server: GitServer
  readonly tool: ToolHome

  private constructor(vault: UseWorld, server: GitServer, tool: ToolHome) {
    this.vault = vault
    this.server = server
    this.tool = tool
  }

  /** `keys`: by account. Each, and each of `others`, has a repository of its own, `account/repo.git`. */
  static async start(
    keys: Readonly<Record<string, string>>,
    { others = [], env = {} }: { readonly others?: readonly string[]; readonly env?: Environment } = {}
  ): Promise<GitWorld> {
    const vault = await UseWorld.start({ keys, services: ['github-token', 'github'], helper: 'git', env })
    const server = new GitServer()
    vault.handle = server.handle
    for (const account of [...Object.keys(keys), ...others]) server.add(`${account}/repo.git`)
    const ofGit = {
      GIT_SSL_CAINFO: join(vault.home, 'ca.pem'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0'
    }
    return new GitWorld(vault, server, new ToolHome({ ...vault.env, ...ofGit }))
  }

  git(...args: readonly string[]): Promise<CliEnd> {
    return this.tool.run('git', args)
  }

  /** The address of a repository; `user`: the name that is written into it. */
  url(path: string, user = ''): string {
    return `https://${user === '' ? '' : `${user}@`}${this.vault.host}/${path}`
  }

  /** Ends what was allowed, and forgets what came in. */
  async begin(): Promise<void> {
    await this.vault.revokeAll()
    this.server.pairs.length = 0
  }

  async end(): Promise<void> {
    await this.vault.end()
    this.server.end()
    this.tool.end()
  }
}
