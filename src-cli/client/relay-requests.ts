import type { RelayedRequest, UseAnswer } from '#shared/broker/use.ts'
import { type VaultConnection, VaultRefusal } from '../../src-socket/vault-connection.ts'
import { repeatOf, saidLost } from './lost-request.ts'
import type { Incoming, Outgoing, RelaySender } from '../../src-socket/relay-server.ts'

/** Most requests of one relay at once; further ones wait. */
const MOST_AT_ONCE = 12
/** Most connections that are kept for later requests. */
const MOST_IDLE = 4

type Answered = Extract<UseAnswer, { kind: 'answer' }>

export type RelayRequests = {
  readonly send: RelaySender
  /** Closes the connections that wait for a request. */
  readonly close: () => void
}

/**
 * The requests of one relay, each over a connection of its own. A request that a vault has not begun, because it
 * hands its home over, goes to the next one; meanwhile it waits.
 */
export function relayRequests(ticket: string, openVault: () => Promise<VaultConnection>): RelayRequests {
  const connections = new Connections(openVault)
  const send = async ({ method, path, headers, body }: Incoming, signal: AbortSignal): Promise<Outgoing> => {
    const request: RelayedRequest = {
      ticket,
      method,
      path,
      headers: headers.map(([name, value]) => [name, value]),
      hasBody: body !== null
    }
    const connection = await connections.take()
    let isDone = false
    const done = (isUsable: boolean): void => {
      if (isDone) return
      isDone = true
      signal.removeEventListener('abort', giveUp)
      connections.give(connection, isUsable)
    }
    const giveUp = (): void => done(false)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      if (signal.aborted) giveUp()
      const answer = await connection.stream('useRelay', [request], body === null ? {} : { body })
      const { status, statusText, headers: answered } = answer.value as Answered
      return { status, statusText, headers: answered, body: wholeBody(answer.body, done) }
    } catch (error) {
      done(error instanceof VaultRefusal && !error.isLost)
      throw saidLost(error, repeatOf(method))
    }
  }
  return { send, close: () => connections.close() }
}

async function* wholeBody(
  body: AsyncIterable<Uint8Array> | null,
  done: (isUsable: boolean) => void
): AsyncGenerator<Uint8Array> {
  let isWhole = false
  try {
    yield* body ?? []
    isWhole = true
  } finally {
    done(isWhole)
  }
}

/** Connections that are used again, and of which there are never too many at once. */
class Connections {
  readonly #open: () => Promise<VaultConnection>
  readonly #idle: VaultConnection[] = []
  readonly #waiting: (() => void)[] = []
  #taken = 0
  #isClosed = false

  constructor(open: () => Promise<VaultConnection>) {
    this.#open = open
  }

  /** Waits for its turn. Rejects with VaultRefusal. */
  async take(): Promise<VaultConnection> {
    if (this.#taken >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#taken += 1
    try {
      return this.#idle.pop() ?? (await this.#open())
    } catch (error) {
      this.#next()
      throw error
    }
  }

  give(connection: VaultConnection, isUsable: boolean): void {
    if (!isUsable) connection.destroy()
    else if (this.#idle.length < MOST_IDLE && !this.#isClosed) this.#idle.push(connection)
    else connection.close()
    this.#next()
  }

  close(): void {
    this.#isClosed = true
    for (const connection of this.#idle.splice(0)) connection.close()
  }

  /** The turn goes to the one that has waited longest. */
  #next(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#taken -= 1
    else next()
  }
}
