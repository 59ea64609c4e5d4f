import { type CredentialRef, credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { KeyedQueue } from '../keyed-queue.ts'
import type { Clock } from '../ports.ts'
import { unknownPeer, WINDOW } from './client.ts'
import { type HandOut, type OpenedRelay, RELAY_MS } from './hand-out.ts'
import type { PermissionCaller } from './permission.ts'
import type { Variable } from './run-variables.ts'

/** The address of a relay on this computer. */
export type RelayAddress = {
  /** `http://127.0.0.1:PORT/SECRET`. */
  readonly url: string
  readonly variables: readonly Variable[]
  /** Ends it with everything that is under way. */
  readonly close: () => void
}

export type WindowRelay = {
  /** `credentialKey` of its credential. */
  readonly credential: string
  readonly host: string
  readonly address: RelayAddress
  readonly openedAt: Date
  readonly until: Date
}

type Ports = {
  readonly clock: Clock
  readonly handOut: Pick<HandOut, 'openRelay'>
  /** Throws INTERNAL if the system gives no port. */
  readonly openAddress: (opened: OpenedRelay, caller: PermissionCaller) => Promise<RelayAddress>
  /** A relay was opened or is closed. */
  readonly onChange: () => void
}

const MINUTE = 60_000

/** The window asks for the person, and nobody else is asked. */
export const windowCaller: PermissionCaller = {
  client: WINDOW,
  peer: unknownPeer,
  run: null,
  signal: { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined },
  onQuestion: () => undefined
}

/** The relays that the person has opened in the window, one for each credential at most. */
export class WindowRelays {
  readonly #ports: Ports
  readonly #open = new Map<string, WindowRelay & { readonly closed: OpenedRelay['closed'] }>()
  readonly #queue = new KeyedQueue()
  #cancelAlarm = (): void => undefined

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Those that are open, the oldest first. */
  list(): readonly WindowRelay[] {
    return [...this.#open.values()]
  }

  /** Null: none is open for this credential. */
  find(ref: CredentialRef): WindowRelay | null {
    return this.#open.get(credentialKey(ref)) ?? null
  }

  /** Opens one to this host, or to the first one (null); one that is open stays. Throws as `HandOut.openRelay`. */
  async open(ref: CredentialRef, host: string | null): Promise<void> {
    await this.#queue.run(credentialKey(ref), async () => {
      if (this.find(ref) === null) await this.#openFor(ref, host)
    })
  }

  /** Does nothing if none is open. */
  async close(ref: CredentialRef): Promise<void> {
    await this.#close(credentialKey(ref))
  }

  /** The vault ends. */
  async closeAll(): Promise<void> {
    this.#cancelAlarm()
    await this.#queue.idle()
    await this.#closeWhere(() => true)
  }

  async #close(key: string): Promise<void> {
    const relay = this.#open.get(key)
    if (relay === undefined) return
    this.#open.delete(key)
    relay.address.close()
    this.#ports.onChange()
    await relay.closed()
  }

  async #openFor(ref: CredentialRef, host: string | null): Promise<void> {
    const { clock, handOut, onChange, openAddress } = this.#ports
    const wish = { ...ref, host, scope: null, reason: null, waits: false, isPermitted: true } as const
    const opened = await handOut.openRelay(wish, windowCaller)
    if (opened.kind === 'question') throw new VaultError('INTERNAL')
    const { closed, ended } = opened
    const address = await openAddress(opened, windowCaller).catch(async (error: unknown) => {
      await closed()
      throw error
    })
    const openedAt = clock.now()
    const until = new Date(openedAt.getTime() + RELAY_MS)
    const credential = credentialKey(ref)
    this.#open.set(credential, { credential, host: opened.host, address, openedAt, until, closed })
    void ended.then(() => this.close(ref))
    this.#watch()
    onChange()
  }

  /** Looks at the clock once a minute, because the time of a computer that sleeps is not counted by alarms. */
  #watch(): void {
    const { clock } = this.#ports
    this.#cancelAlarm()
    if (this.#open.size === 0) return
    this.#cancelAlarm = clock.after(MINUTE, () => {
      const now = clock.now()
      void this.#closeWhere(({ until }) => until <= now)
      this.#watch()
    })
  }

  async #closeWhere(isMeant: (relay: WindowRelay) => boolean): Promise<void> {
    const keys = [...this.#open].filter(([, relay]) => isMeant(relay)).map(([key]) => key)
    await Promise.all(keys.map((key) => this.#close(key)))
  }
}
