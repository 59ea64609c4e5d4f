import { VaultError } from '#shared/problem.ts'
import type { RelaySender } from '../../../src-socket/relay-server.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type HeldRelay, heldRelay } from '../../client/held-relay.ts'
import { currentRun } from '../../client/run-secret.ts'
import { WAIT_MS } from '../tools/agent-tool.ts'
import { asked } from '../tools/asked.ts'

/** The server behind the vault, and the credential that is sent to it. */
export type RemoteServer = {
  readonly service: string
  readonly account: string
  /** `host:port`. */
  readonly host: string
}

type OpenVault = () => Promise<VaultConnection>

/**
 * The way of one process to a remote server: a relay of the vault, which is opened with the first request, and again after
 * it was ended. The person is asked for it as a whole; what they deny stays denied for this process.
 */
export class RemoteAccess {
  readonly #server: RemoteServer
  readonly #openVault: OpenVault
  #relay: Promise<HeldRelay> | null = null
  #pending: string | undefined
  #denied: VaultError | null = null
  #isClosed = false

  constructor(server: RemoteServer, openVault: OpenVault) {
    this.#server = server
    this.#openVault = openVault
  }

  /** Rejects with VaultRefusal and VaultError; nothing was sent then. */
  readonly send: RelaySender = async (request, signal) => await (await this.#held()).send(request, signal)

  close(): void {
    this.#isClosed = true
    void this.#relay?.then((relay) => relay.close()).catch(() => undefined)
  }

  async #held(): Promise<HeldRelay> {
    if (this.#denied !== null) throw this.#denied
    this.#relay ??= this.#open()
    try {
      return await this.#relay
    } catch (error) {
      this.#relay = null
      if (error instanceof VaultError && error.code === 'APPROVAL_DENIED') this.#denied = error
      throw error
    }
  }

  async #open(): Promise<HeldRelay> {
    const vault = await this.#openVault()
    try {
      const wish = { ...this.#server, scope: null, reason: REASON, waits: false, ...currentRun() }
      const outcome = await asked(
        { vault, until: performance.now() + WAIT_MS },
        { request: 'relay', args: [wish], pending: this.#pending, repeat: 'nothing-sent' }
      )
      if (outcome.kind === 'pending') {
        this.#pending = String(outcome.reply['id'])
        throw new VaultError('APPROVAL_PENDING', { message: PENDING })
      }
      this.#pending = undefined
      const relay = heldRelay(vault, outcome.answer, this.#openVault)
      if (this.#isClosed) relay.close()
      void relay.ended.then(() => (this.#relay = null))
      return relay
    } catch (error) {
      vault.destroy()
      throw error
    }
  }
}

const REASON = 'MCP server of an agent (latchkey mcp-proxy)'
const PENDING =
  'The person has to allow this server first, in Latchkey’s window or with “latchkey approvals” in a terminal. Nothing was sent. Try again then.'
