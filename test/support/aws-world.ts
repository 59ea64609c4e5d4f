import { delimiter, dirname, join } from 'node:path'
import { expect } from 'vitest'
import { AwsService } from './aws-service.ts'
import { programPath } from './programs.ts'
import type { CliEnd } from './run-cli.ts'
import { ToolHome } from './tool-home.ts'
import { UseWorld } from './use-world.ts'

/** The command line of AWS in a clean home, an STS that checks signatures, and a vault with access keys. */
export class AwsWorld {
  readonly vault: UseWorld
  readonly sts: AwsService
  readonly tool: ToolHome
  readonly #endpoint: string

  private constructor(vault: UseWorld, sts: AwsService, tool: ToolHome, endpoint: string) {
    this.vault = vault
    this.sts = sts
    this.tool = tool
    this.#endpoint = endpoint
  }

  /** `env`: variables of the vault, such as those of a keychain. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<AwsWorld> {
    const vault = await UseWorld.start({ keys: {}, services: [], env })
    const sts = new AwsService()
    vault.handle = sts.handle
    return new AwsWorld(vault, sts, new ToolHome(vault.env), await sts.listen())
  }

  get config(): string {
    return join(this.tool.folder, '.aws', 'config')
  }

  get credentials(): string {
    return join(this.tool.folder, '.aws', 'credentials')
  }

  /** Keeps a new pair in Latchkey. */
  async add(account: string, ...settings: readonly string[]): Promise<void> {
    const { id, secret } = this.sts.newPair()
    const args = ['--account', account, '--key-id', id, '--endpoint', this.vault.origin, ...settings]
    const end = await this.vault.latchkey(['aws', 'add', ...args], `${secret}\n`)
    expect(end).toMatchObject({ code: 0, errors: '' })
  }

  /** Allows the helper an account. */
  async allow(account: string): Promise<void> {
    await this.vault.allowHelper('aws', { account, host: 'amazonaws.com' })
  }

  /** Runs `latchkey` as the person does. */
  async latchkey(...args: readonly string[]): Promise<CliEnd> {
    return await this.#checked(await this.tool.run('latchkey', args))
  }

  /** Who AWS says a profile is, by the real command line of AWS. */
  async whoIs(profile: string): Promise<CliEnd> {
    const path = `${this.tool.env['PATH'] ?? ''}${delimiter}${dirname(programPath('aws') ?? '')}`
    const args = ['sts', 'get-caller-identity', '--profile', profile, '--endpoint-url', this.#endpoint]
    const env = {
      PATH: path,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      AWS_DEFAULT_REGION: 'eu-west-1'
    }
    return await this.#checked(
      await this.tool.run('aws', [...args, '--query', 'Arn', '--output', 'text'], { env })
    )
  }

  /** Ends what was allowed, and forgets what was asked. */
  async begin(): Promise<void> {
    await this.vault.revokeAll()
    this.sts.asks.length = 0
  }

  async end(): Promise<void> {
    await this.vault.end()
    this.sts.close()
    this.tool.end()
  }

  /** No secret that AWS knows is on a stream. */
  async #checked(end: CliEnd): Promise<CliEnd> {
    for (const secret of this.sts.secrets()) expect(end.out + end.errors).not.toContain(secret)
    return end
  }
}

/** What AWS calls who has taken a role by Latchkey, with a line end. */
export const assumed = (role: string): string =>
  `${role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/latchkey\n`
