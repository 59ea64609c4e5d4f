import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import type { ApprovalView, HandOutRequest, QuestionView, UseRequest } from '#shared/broker/use.ts'
import type { HelperWishRequest } from '#shared/broker/helpers.ts'
import { endServe } from './serve.ts'
import type { VaultConnection } from '../../src-socket/vault-connection.ts'
import { authority, startUpstream, type Upstream } from '../integration/broker/sender-world.ts'
import { type CliEnd, runCli } from './run-cli.ts'
import { connectTo, vaultsOf } from './vault-processes.ts'

/** What came in at the server behind the vault. */
export type Seen = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

type Wish = {
  /** Names of variables as in a .env file, and their keys. */
  readonly keys: Readonly<Record<string, string>>
  /** Services that may be sent to the server of the test. */
  readonly services: readonly string[]
  /** Tool that takes the credentials of these services at the server of the test by its helper. */
  readonly helper?: string
  /** Further lines of policy.yaml. */
  readonly policy?: string
  readonly env?: Readonly<Record<string, string>>
}

/** The answer of the server unless a test gives another one. */
export const ok: Handler = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
}

/** A home with keys, a policy, and a server with TLS that the policy names; the vault runs in a process of its own. */
export class UseWorld {
  readonly home = mkdtempSync(join(tmpdir(), 'latchkey-use-'))
  readonly seen: Seen[] = []
  /** Answers the next requests; a test replaces it. */
  handle: Handler = ok
  readonly env: Readonly<Record<string, string>>
  readonly upstream: Upstream
  readonly #wish: Wish

  private constructor(upstream: Upstream, wish: Wish) {
    this.upstream = upstream
    this.#wish = wish
    // Long enough for a slow machine, short enough that nothing is left of a test that was killed.
    const idle = { LATCHKEY_SERVE_IDLE_SECONDS: '40' }
    this.env = { LATCHKEY_HOME: this.home, LATCHKEY_STORE: 'file', ...idle, ...wish.env }
  }

  static async start(wish: Wish): Promise<UseWorld> {
    let answer: Handler = ok
    const pair = authority.issue({ name: 'localhost' })
    const upstream = await startUpstream((request, response) => answer(request, response), pair)
    const world = new UseWorld(upstream, wish)
    answer = (request, response) => world.#answer(request, response)
    writeFileSync(join(world.home, 'ca.pem'), authority.cert, { mode: 0o600 })
    world.writePolicy(wish.policy)
    const lines = Object.entries(wish.keys).map((key) => `${key.join('=')}\n`)
    if (lines.length > 0) {
      const imported = await world.latchkey(['import', '-'], lines.join(''))
      expect(imported).toMatchObject({ code: 0, errors: '' })
    }
    return world
  }

  get host(): string {
    return `localhost:${this.upstream.port}`
  }

  get origin(): string {
    return `https://${this.host}`
  }

  /**
   * Writes policy.yaml with the server of the test, and further lines. `authorities`: the line that names the CA;
   * `others`: further local hosts of each service.
   */
  writePolicy(
    further = '',
    authorities = `  ca_file: ${join(this.home, 'ca.pem')}\n`,
    others: readonly string[] = []
  ): void {
    const hosts = [this.host, ...others].join(', ')
    const { helper } = this.#wish
    const helpers = helper === undefined ? '' : `    helpers: { ${helper}: ['${this.host}'] }\n`
    const services = this.#wish.services
      .map((name) => `  ${name}:\n    hosts: [${hosts}]\n${helpers}`)
      .join('')
    const network = `network:\n${authorities}  local_hosts: [${hosts}]\n`
    const text = `version: 1\n${network}${services === '' ? '' : `services:\n${services}`}${further}`
    writeFileSync(join(this.home, 'policy.yaml'), text, { mode: 0o600 })
  }

  /** Runs a command to its end. */
  async latchkey(args: readonly string[], input = ''): Promise<CliEnd> {
    return await runCli(args, this.env, input)
  }

  /** Starts a command that is watched while it runs. */
  spawnLatchkey(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    return new Running(process.execPath, ['bin/latchkey.mjs', ...args], { ...this.env, ...env })
  }

  /** The text of a command for a shell. */
  commandLine(args: readonly string[]): string {
    return [process.execPath, 'bin/latchkey.mjs', ...args].map((arg) => `'${arg}'`).join(' ')
  }

  /** Runs a text in a shell. */
  shell(text: string): Running {
    return new Running('sh', ['-c', text], this.env)
  }

  /** Runs a text in a shell in a terminal of its own. */
  terminal(text: string): Running {
    return Running.inTerminal(text, this.env)
  }

  /** Asks the vault as the person's terminal; a vault has to run. */
  async asTerminal<T>(task: (vault: VaultConnection) => Promise<T>): Promise<T> {
    const vault = await connectTo(this.home)
    try {
      return await task(vault)
    } finally {
      vault.close()
    }
  }

  /** Answers the only question that waits, and returns it. */
  async answer(duration: 'denied' | ApprovalView['duration'], wholeHost = false): Promise<QuestionView> {
    return await this.asTerminal(async (vault) => {
      const [question, ...others] = (await vault.ask('listQuestions')) as readonly QuestionView[]
      expect(others).toEqual([])
      await answerOver(vault, question as QuestionView, duration, wholeHost)
      return question as QuestionView
    })
  }

  /** Allows every path of the server for ten minutes, as if asked before. Starts a vault if there is none. */
  async allow(service: string, methods: readonly string[] = ['GET']): Promise<void> {
    expect((await this.latchkey(['approvals', '--list'])).code).toBe(0)
    await this.asTerminal(async (vault) => {
      for (const method of methods) {
        const { question } = (await vault.ask('use', this.use(service, { method }))) as Asked
        await answerOver(vault, question, '10-minutes', true)
      }
    })
  }

  /** Allows relays to a host, or the value of a service, for ten minutes. */
  async allowHandOut(mode: 'relay' | 'reveal', service: string, host: string | null = null): Promise<void> {
    expect((await this.latchkey(['approvals', '--list'])).code).toBe(0)
    await this.asTerminal(async (vault) => {
      const { question } = (await vault.ask(mode, { ...handOut(service), host })) as Asked
      await answerOver(vault, question, '10-minutes', false)
    })
  }

  /** Allows a helper the server of the test, by what its tool asks. Starts a vault if there is none. */
  async allowHelper(
    helper: string,
    named: { readonly service?: string; readonly account?: string; readonly host?: string } = {},
    duration: ApprovalView['duration'] = 'always'
  ): Promise<void> {
    expect((await this.latchkey(['approvals', '--list'])).code).toBe(0)
    await this.asTerminal(async (vault) => {
      const { service = null, account = null, host = this.host } = named
      const nothing = { path: null, user: null, scope: null, waits: false }
      const wish: HelperWishRequest = { helper, host, service, account, ...nothing }
      const { question } = (await vault.ask('helperCredential', wish)) as Asked
      await answerOver(vault, question, duration, false)
    })
  }

  /** What is allowed now, as the command lists it. */
  async approvals(): Promise<readonly ApprovalView[]> {
    const { out } = await this.latchkey(['approvals', '--json', 'all'])
    return (JSON.parse(out) as { readonly approvals: readonly ApprovalView[] }).approvals
  }

  async revokeAll(): Promise<void> {
    for (const { id } of await this.approvals()) {
      expect((await this.latchkey(['approvals', '--revoke', id])).code).toBe(0)
    }
  }

  /** A request as it goes through the socket. */
  use(service: string, change: Partial<UseRequest> = {}): UseRequest {
    const empty = { account: null, headers: [], hasBody: false, scope: null, reason: null, waits: false }
    return { service, method: 'GET', url: `${this.origin}/`, ...empty, ...change }
  }

  /** Ends the vault, and waits until no process of it is left. */
  async endVault(): Promise<void> {
    await endServe(this.home)
    await vi.waitUntil(() => vaultsOf(this.home).length === 0, { timeout: 20_000 })
  }

  async end(): Promise<void> {
    await this.endVault()
    this.upstream.close()
    rmSync(this.home, { recursive: true })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    this.seen.push({ method, path: url, headers })
    await this.handle(request, response)
  }
}

type Asked = { readonly question: QuestionView }

export const handOut = (service: string): HandOutRequest => ({
  service,
  account: null,
  host: null,
  scope: null,
  reason: null,
  waits: false
})

async function answerOver(
  vault: VaultConnection,
  { id, digest }: QuestionView,
  duration: 'denied' | ApprovalView['duration'],
  wholeHost: boolean
): Promise<void> {
  const answer = duration === 'denied' ? { kind: 'denied' } : { kind: 'allowed', duration, wholeHost }
  await vault.ask('answerQuestion', { id, digest, answer })
}

/** A program that runs; what it says is kept. */
export class Running {
  readonly child: ChildProcess
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string | null>
  out = ''
  errors = ''

  constructor(program: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.child = spawn(program, args, { env: { ...process.env, ...env } })
    this.child.stdout?.on('data', (bytes: Buffer) => (this.out += bytes.toString('latin1')))
    this.child.stderr?.on('data', (bytes: Buffer) => (this.errors += bytes.toString()))
    this.child.stdin?.on('error', () => undefined) // it may end without reading
    this.ended = once(this.child, 'close').then(
      ([code, signal]) => (code ?? signal) as number | string | null
    )
  }

  /**
   * Runs a text in a shell in a terminal of its own. The shell is bash: dash waits for the last program of the text,
   * and ends with 130 after Ctrl-C whatever that program ends with.
   */
  static inTerminal(text: string, env: Readonly<Record<string, string>>): Running {
    return new Running('script', ['-qec', text, '/dev/null'], { ...env, SHELL: '/bin/bash' })
  }

  /** Resolves once it has said this on either stream. Rejects if it ends before, with what it said. */
  async says(text: string): Promise<void> {
    const hasSaid = (): boolean => (this.out + this.errors).includes(text)
    let end: number | string | null | undefined
    void this.ended.then((code) => (end = code))
    await vi.waitUntil(() => hasSaid() || end !== undefined, { timeout: 20_000 })
    if (!hasSaid()) throw new Error(`It ended with ${String(end)}: ${this.out}${this.errors}`)
  }

  type(text: string): void {
    this.child.stdin?.write(text)
  }
}

/** Reads the body of a request to its end. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
