import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { vi } from 'vitest'
import type { CredentialSummary } from '#shared/credential.ts'
import type { VaultSnapshot } from '#shared/ipc.ts'
import { unpack } from '#shared/packed-list.ts'
import { type CliEnd, runCli } from './run-cli.ts'
import { type Serve, startServe } from './serve.ts'
import { Running } from './use-world.ts'
import { connectTo } from './vault-processes.ts'

/** A terminal whose `xdg-open` notes the address, and a vault without windows that accepts providers on this computer. */
export class TerminalSignIn {
  readonly home = mkdtempSync(join(tmpdir(), 'latchkey-sign-in-'))
  readonly #tools = mkdtempSync(join(tmpdir(), 'latchkey-tools-'))
  readonly #opened = join(this.#tools, 'opened')
  serve: Serve | null = null

  static async start(): Promise<TerminalSignIn> {
    const world = new TerminalSignIn()
    const opener = join(world.#tools, 'xdg-open')
    writeFileSync(
      opener,
      `#!/bin/sh\nprintf %s "$1" > '${world.#opened}.part'\nmv '${world.#opened}.part' '${world.#opened}'\n`
    )
    chmodSync(opener, 0o755)
    await world.startVault()
    return world
  }

  async startVault(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const store = { LATCHKEY_STORE: 'file', LATCHKEY_INSECURE_LOOPBACK_ISSUERS: '1' }
    this.serve = await startServe(this.home, { ...store, ...env })
  }

  /** The variables of the terminal. `hasBrowser`: there is a display. */
  env(hasBrowser = true): Readonly<Record<string, string>> {
    return {
      LATCHKEY_HOME: this.home,
      LATCHKEY_STORE: 'file',
      PATH: `${this.#tools}${delimiter}${process.env['PATH'] ?? ''}`,
      DISPLAY: hasBrowser ? ':99' : '',
      WAYLAND_DISPLAY: '',
      BROWSER: ''
    }
  }

  /** Starts `latchkey sign-in`. */
  signIn(args: readonly string[], hasBrowser = true): Running {
    rmSync(this.#opened, { force: true })
    return new Running(process.execPath, ['bin/latchkey.mjs', 'sign-in', ...args], this.env(hasBrowser))
  }

  /** Starts it in a terminal of its own, which takes what a person types. */
  inTerminal(args: readonly string[]): Running {
    rmSync(this.#opened, { force: true })
    const words = [process.execPath, 'bin/latchkey.mjs', ...args].map((word) => `'${word}'`).join(' ')
    return Running.inTerminal(words, this.env())
  }

  async latchkey(args: readonly string[], input = ''): Promise<CliEnd> {
    return await runCli(args, this.env(), input)
  }

  /** The address that the browser was told to open. */
  async opened(): Promise<string> {
    await vi.waitUntil(() => existsSync(this.#opened), { timeout: 20_000 })
    return readFileSync(this.#opened, 'utf8')
  }

  /** True: no browser was opened since the last start. */
  get isUnopened(): boolean {
    return !existsSync(this.#opened)
  }

  /** What the vault shows, its credentials one by one. */
  async snapshot(): Promise<
    Omit<VaultSnapshot, 'credentials'> & { readonly credentials: CredentialSummary[] }
  > {
    const vault = await connectTo(this.home)
    try {
      const snapshot = (await vault.stream('getSnapshot', [])).value as VaultSnapshot
      return { ...snapshot, credentials: unpack(snapshot.credentials) }
    } finally {
      vault.close()
    }
  }

  async end(): Promise<void> {
    await this.serve?.end()
    rmSync(this.home, { recursive: true })
    rmSync(this.#tools, { recursive: true })
  }
}
