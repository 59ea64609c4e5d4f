import type { CliEnd } from './run-cli.ts'
import type { Registry } from './registries.ts'
import { programPath } from './programs.ts'
import { ToolHome } from './tool-home.ts'
import { UseWorld } from './use-world.ts'

type Wish = {
  readonly program: string
  readonly helper: string
  readonly registry: Registry
  readonly service: string
  /** Name and value of the key, as in a .env file. */
  readonly key: readonly [name: string, value: string]
  readonly env: (tool: { readonly folder: string }) => Readonly<Record<string, string>>
}

/** A real program in a clean home, its registry, and a vault with one key that its helper may be given there. */
export class RegistryWorld {
  readonly vault: UseWorld
  readonly tool: ToolHome
  readonly registry: Registry
  readonly #wish: Wish

  private constructor(vault: UseWorld, wish: Wish) {
    this.vault = vault
    this.registry = wish.registry
    this.#wish = wish
    this.tool = new ToolHome(vault.env)
  }

  static async start(wish: Wish): Promise<RegistryWorld> {
    const { helper, key, registry, service } = wish
    const [name, value] = key
    const policy = `services:\n  ${service}:\n    helpers: { ${helper}: ['${registry.host}'] }\n`
    return new RegistryWorld(await UseWorld.start({ keys: { [name]: value }, services: [], policy }), wish)
  }

  /** Runs a command of Latchkey in the home of the program. */
  async latchkey(...args: readonly string[]): Promise<CliEnd> {
    return await this.tool.run('latchkey', args, { env: this.#wish.env(this.tool) })
  }

  /** Sets the tool up for the registry, and asks for no approval in advance. */
  async setup(tool: string): Promise<CliEnd> {
    return await this.latchkey('setup', tool, '--host', this.registry.host, '--no-prompt')
  }

  /** Runs the program to its end. Throws if it shows the value. */
  async run(...args: readonly string[]): Promise<CliEnd> {
    const { env, key, program } = this.#wish
    const ended = await this.tool.run(programPath(program) ?? program, args, { env: env(this.tool) })
    if ((ended.out + ended.errors).includes(key[1])) throw new Error('It shows the value of the key.')
    return ended
  }

  /** Allows the helper what its program asks for at the registry. */
  async allow(): Promise<void> {
    await this.vault.allowHelper(this.#wish.helper, { host: this.registry.host })
  }

  /** How the requests to the registry came in since the last call. */
  visits(): readonly { readonly request: string; readonly isRight: boolean }[] {
    return this.registry.visits.splice(0)
  }

  async end(): Promise<void> {
    await this.vault.end()
    this.registry.close()
    this.tool.end()
  }
}
