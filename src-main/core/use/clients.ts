import { VaultError } from '#shared/problem.ts'
import type { Clock } from '../ports.ts'
import { type Client, ownNames } from './client.ts'

/** A program that was paired. */
export type PairedClient = Client & { readonly pairedAt: Date; readonly lastSeenAt: Date | null }

export type ClientsPorts = {
  readonly clock: Pick<Clock, 'now'>
  /** A new id; it is never used again. */
  readonly newId: () => string
  readonly read: () => readonly PairedClient[]
  /** Throws STORE_WRITE_FAILED. */
  readonly write: (clients: readonly PairedClient[]) => void
  /** The access of this client has ended. */
  readonly onRemoved: (client: Client) => void
}

const MOST = 100

/** The programs that a person has paired. A name says who asks; it is no wall between programs of one user. */
export class Clients {
  readonly #ports: ClientsPorts
  #all: readonly PairedClient[]

  constructor(ports: ClientsPorts) {
    this.#ports = ports
    this.#all = ports.read()
  }

  list(): readonly PairedClient[] {
    return this.#all
  }

  /** Null: there is no such client. */
  find(id: string): PairedClient | null {
    return this.#all.find((client) => client.id === id) ?? null
  }

  /** Throws INVALID_REQUEST for a name that is taken, and if there are too many. */
  add(name: string): PairedClient {
    if (this.#all.some((client) => client.name === name) || ownNames.includes(name)) {
      throw invalid('This name is taken. Choose another, or remove that program first.')
    }
    if (this.#all.length >= MOST) throw invalid('A hundred programs are paired. Remove one first.')
    const client = { id: this.#ports.newId(), name, pairedAt: this.#ports.clock.now(), lastSeenAt: null }
    this.#save([...this.#all, client])
    return client
  }

  /** Throws INVALID_REQUEST if there is no such client. */
  remove(name: string): void {
    const client = this.#all.find((each) => each.name === name)
    if (client === undefined) throw invalid('No program of this name is paired.')
    this.#save(this.#all.filter((each) => each !== client))
    this.#ports.onRemoved(client)
  }

  /** Notes that the client was here. A note that can not be written is left out. */
  seen(id: string): void {
    const now = this.#ports.clock.now()
    const isRecent = ({ lastSeenAt }: PairedClient): boolean =>
      lastSeenAt !== null && now.getTime() - lastSeenAt.getTime() < 60_000
    const client = this.find(id)
    if (client === null || isRecent(client)) return
    try {
      this.#save(this.#all.map((each) => (each === client ? { ...each, lastSeenAt: now } : each)))
    } catch {
      // It is information only.
    }
  }

  #save(all: readonly PairedClient[]): void {
    this.#ports.write(all)
    this.#all = all
  }
}

function invalid(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
