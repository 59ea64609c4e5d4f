import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { QuestionView } from '#shared/broker/use.ts'
import { openVault } from '../../src-cli/client/vault-client.ts'
import { holdStart } from '../../src-main/home/hold-home.ts'
import { type VaultConnection, VaultRefusal } from '../../src-socket/vault-connection.ts'
import { startUpstream, type Upstream } from '../integration/broker/sender-world.ts'
import { makeAuthority } from './certificates.ts'

/** Clients that ask for one use after the other, while the vaults behind them change. */
export class HandOverStorm {
  readonly upstream: Upstream
  /** What was answered, as the server would note it. */
  readonly sent: string[] = []
  /** What was not answered, and why. */
  readonly lost: string[] = []
  /** How many refreshes were answered. */
  refreshed = 0
  /** How often a client has started a vault. */
  starts = 0
  readonly #home: string
  readonly #workers: Promise<void>[] = []
  #isOver = false

  private constructor(home: string, upstream: Upstream) {
    this.#home = home
    this.upstream = upstream
  }

  /** Starts the server, and writes the policy of the home that leads these services to it. */
  static async begin(home: string, services: readonly string[]): Promise<HandOverStorm> {
    const authority = makeAuthority('Latchkey Storm Authority')
    const upstream = await startUpstream(
      (_request, response) => {
        response.end('done')
      },
      authority.issue({ name: 'localhost' })
    )
    const place = `localhost:${upstream.port}`
    writeFileSync(join(home, 'authority.pem'), authority.cert, { mode: 0o600 })
    const policy = {
      version: 1,
      network: { ca_file: join(home, 'authority.pem'), local_hosts: [place] },
      services: Object.fromEntries(services.map((service) => [service, { hosts: [place] }])),
      clients: { terminal: { per_minute: 900_000, per_day: 900_000 } }
    }
    writeFileSync(join(home, 'policy.yaml'), JSON.stringify(policy), { mode: 0o600 })
    return new HandOverStorm(home, upstream)
  }

  /** Connects as the person's terminal, as every command does. */
  async connect(): Promise<VaultConnection> {
    return await openVault({
      home: () => this.#home,
      keyFile: () => null,
      serveCommand: () => {
        this.starts += 1
        // The provider of a test speaks http on this computer. A vault that a command starts does not get this.
        const setting = 'LATCHKEY_INSECURE_LOOPBACK_ISSUERS=1'
        return ['env', setting, process.execPath, resolve('bin/latchkey.mjs'), 'serve']
      },
      holdStart: async () => await holdStart(this.#home, 0)
    })
  }

  /** Uses the service once, and allows it for always at the question. */
  async allow(service: string): Promise<void> {
    const connection = await this.connect()
    const path = `/first/${service}`
    const question = await post(connection, { service, url: this.#urlOf(path) })
    if (question === null) throw new Error('The person was not asked.')
    const answer = { kind: 'allowed', duration: 'always', wholeHost: true }
    await connection.ask('answerQuestion', { id: question.id, digest: question.digest, answer })
    await post(connection, { service, url: this.#urlOf(path) })
    this.sent.push(`POST ${path}`)
    connection.close()
  }

  /** Lets one more client ask without a pause, over one connection, until `end`. */
  addClient(service: string): void {
    const index = this.#workers.length
    const work = this.#work(service, async (connection, n) => {
      const path = `/${index}/${n}`
      const question = await post(connection, { service, url: this.#urlOf(path) })
      if (question !== null) throw new Error('The person was asked again.')
      this.sent.push(`POST ${path}`)
    })
    this.#workers.push(work)
  }

  /** The same for one that refreshes a grant without a pause. */
  addRefresher(credential: string): void {
    const work = this.#work('refresh', async (connection) => {
      await connection.ask('refresh', credential)
      this.refreshed += 1
    })
    this.#workers.push(work)
  }

  /** Lets every client end its last request. */
  async end(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#workers)
  }

  async #work(name: string, ask: (connection: VaultConnection, n: number) => Promise<void>): Promise<void> {
    const connection = await this.connect()
    try {
      for (let n = 0; !this.#isOver; n += 1) await ask(connection, n)
    } catch (error) {
      this.lost.push(`${name}: ${error instanceof VaultRefusal ? error.problem.message : String(error)}`)
    }
    connection.close()
  }

  #urlOf(path: string): string {
    return `https://localhost:${this.upstream.port}${path}`
  }
}

type Use = { readonly service: string; readonly url: string }

/** Null: it was answered. Else the question to the person. */
async function post(connection: VaultConnection, { service, url }: Use): Promise<QuestionView | null> {
  const use = { service, account: null, method: 'POST', url, headers: [], hasBody: false }
  const answer = await connection.stream('use', [{ ...use, scope: null, reason: null, waits: false }])
  for await (const _ of answer.body ?? []);
  const { question } = answer.value as { readonly question?: QuestionView }
  return question ?? null
}
