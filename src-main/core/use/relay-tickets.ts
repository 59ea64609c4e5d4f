import { VaultError } from '#shared/problem.ts'
import type { Clock } from '../ports.ts'
import { relayed, type WantedApproval } from './approval.ts'
import { RELAY_MS } from './hand-out.ts'

const MINUTE = 60_000
/** How long the next vault may take to begin, and then the client of a relay to come there. */
const RETURN_MS = MINUTE

/** What was allowed for a relay. */
export type RelayScope = Pick<WantedApproval, 'client' | 'credential' | 'scope' | 'host'>

/** An open relay as the next vault gets it. The ticket itself is with the client alone. */
export type KeptRelay = RelayScope & {
  readonly digest: string
  readonly until: Date
  readonly keptAt: Date
}

/** Why a relay ends here: it has ended, or the next vault of the home goes on with it. */
export type RelayEnd = 'over' | 'handed-over'

type Open = {
  readonly wanted: WantedApproval
  readonly until: Date
  /** To be called when it has ended: nobody has to be told of the end of its approval. */
  readonly over: () => void
  /** How to end the body by which its client keeps it open. Null: its client has not come yet. */
  end: ((end: RelayEnd) => void) | null
}

type RelayPorts = {
  readonly clock: Clock
  /** 256 random bits as text. */
  readonly newTicket: () => string
  /** SHA-256 of a text, in hex. */
  readonly digest: (text: string) => string
  /** Calls `end` when what allowed the relay ends; see `Approvals.follow`. */
  readonly follow: (wanted: WantedApproval, end: () => void) => () => void
}

/** A relay that its client keeps open. */
export type HeldRelay = {
  readonly wanted: WantedApproval
  readonly until: Date
  readonly ended: Promise<RelayEnd>
  /** To be called once when its client keeps it no longer. */
  readonly release: () => void
}

/**
 * The open relays. A ticket names one: its client alone has it, and it is of use to that client alone. Another
 * vault that takes the home over goes on with the relays of this one.
 */
export class RelayTickets {
  readonly #ports: RelayPorts
  readonly #open = new Map<string, Open>()

  constructor(ports: RelayPorts) {
    this.#ports = ports
  }

  /** Opens a relay for what the person has allowed. */
  open(wanted: WantedApproval): HeldRelay & { readonly ticket: string } {
    const ticket = this.#ports.newTicket()
    const digest = this.#ports.digest(ticket)
    const until = new Date(this.#ports.clock.now().getTime() + RELAY_MS)
    this.#add(digest, wanted, until)
    return { ticket, ...this.#held(digest) }
  }

  /** Lets the client keep a relay that an earlier vault has opened. Throws as `find`. */
  keep(ticket: string, client: string): HeldRelay {
    this.find(ticket, client)
    return this.#held(this.#ports.digest(ticket))
  }

  /** What the ticket of this client allows. Throws APPROVAL_DENIED if there is no such relay any more. */
  find(ticket: string, client: string): WantedApproval {
    const open = this.#open.get(this.#ports.digest(ticket))
    if (open === undefined || open.wanted.client !== client || this.#ports.clock.now() >= open.until) {
      throw new VaultError('APPROVAL_DENIED', { message: 'This relay has ended. Open it again.' })
    }
    return open.wanted
  }

  /** Ends every relay here and returns them for the vault that comes next. Requests under way go on. */
  handOver(): readonly KeptRelay[] {
    const keptAt = this.#ports.clock.now()
    const kept = [...this.#open].map(([digest, { wanted, until }]) => {
      const { client, credential, scope, host } = wanted
      return { digest, client, credential, scope, host, until, keptAt }
    })
    for (const { end } of this.#open.values()) end?.('handed-over')
    return kept
  }

  /** Goes on with the relays of the vault before. One whose client does not come has ended. */
  adopt(kept: readonly KeptRelay[]): void {
    const now = this.#ports.clock.now().getTime()
    for (const { digest, until, keptAt, ...scope } of kept) {
      const age = now - keptAt.getTime()
      // A clock that was set back makes none longer.
      if (age < 0 || age > RETURN_MS || until.getTime() - now > RELAY_MS) continue
      // A run ends with its vault; the relay that was opened in it goes on.
      const open = this.#add(digest, { ...scope, ...relayed, run: null }, until)
      this.#ports.clock.after(RETURN_MS, () => {
        if (open.end === null) this.#remove(digest, open)
      })
    }
  }

  #add(digest: string, wanted: WantedApproval, until: Date): Open {
    const over = this.#ports.follow(wanted, () => {
      this.#open.delete(digest)
      open.end?.('over')
    })
    const open: Open = { wanted, until, over, end: null }
    this.#open.set(digest, open)
    return open
  }

  #remove(digest: string, open: Open): void {
    open.over()
    if (this.#open.get(digest) === open) this.#open.delete(digest)
  }

  #held(digest: string): HeldRelay {
    const ended = Promise.withResolvers<RelayEnd>()
    const open = this.#open.get(digest)
    if (open === undefined) throw new VaultError('INTERNAL')
    open.end?.('over') // its client has come again
    open.end = ended.resolve
    const release = (): void => {
      if (open.end === ended.resolve) this.#remove(digest, open)
    }
    return { wanted: open.wanted, until: open.until, ended: ended.promise, release }
  }
}
