import type { RelayAnswer } from '#shared/broker/use.ts'
import type { RelaySender } from '../../src-socket/relay-server.ts'
import { type StreamAnswer, type VaultConnection, VaultRefusal } from '../../src-socket/vault-connection.ts'
import { relayRequests } from './relay-requests.ts'

type Opened = Extract<RelayAnswer, { kind: 'opened' }>

/** A relay that the vault has opened, for this process to send requests through. */
export type HeldRelay = {
  readonly send: RelaySender
  /** Resolves when the relay has ended, by whichever side. */
  readonly ended: Promise<void>
  readonly close: () => void
}

/** Holds a relay that the vault has opened, also while one vault hands the home to another. */
export function heldRelay(
  vault: VaultConnection,
  { value, body }: StreamAnswer,
  openVault: () => Promise<VaultConnection>
): HeldRelay {
  const { ticket } = value as Opened
  const requests = relayRequests(ticket, openVault)
  const keeper = new RelayKeeper(ticket, openVault)
  return {
    send: requests.send,
    ended: keeper.keep(vault, body).finally(() => requests.close()),
    close: () => {
      requests.close()
      keeper.stop()
    }
  }
}

/** Keeps a relay open at the vault, also at the one that takes over. */
class RelayKeeper {
  readonly #ticket: string
  readonly #openVault: () => Promise<VaultConnection>
  #vault: VaultConnection | null = null
  #isStopped = false

  constructor(ticket: string, openVault: () => Promise<VaultConnection>) {
    this.#ticket = ticket
    this.#openVault = openVault
  }

  /** Resolves when the relay has ended, also because no vault took it over. */
  async keep(vault: VaultConnection, body: AsyncIterable<Uint8Array> | null): Promise<void> {
    this.#vault = vault
    let isOver = await readToEnd(body)
    while (!isOver && !this.#isStopped) {
      this.#vault.destroy()
      try {
        this.#vault = await this.#openVault()
        if (this.#isStopped) break
        isOver = await readToEnd((await this.#vault.stream('keepRelay', [{ ticket: this.#ticket }])).body)
      } catch {
        break // it was ended meanwhile, or there is no vault
      }
    }
    this.#vault.destroy()
  }

  stop(): void {
    this.#isStopped = true
    this.#vault?.destroy()
  }
}

/** False: the vault hands its home over. True: it has ended the relay, is gone, or this program closes the relay. */
export async function readToEnd(body: AsyncIterable<Uint8Array> | null): Promise<boolean> {
  try {
    for await (const _ of body ?? []);
    return true
  } catch (error) {
    return !(error instanceof VaultRefusal) || error.isLost
  }
}
