import { VaultError } from '#shared/problem.ts'
import type { Clock } from '../ports.ts'
import { shownReason } from './approval.ts'
import { type Proposal, type ProposalRecord, proposalText, type Proposed, wishText } from './proposal.ts'

const DAY_MS = 86_400_000
/** Longest time that a proposal waits for the person, and that one which was dismissed is not taken again. */
const WAITING_MS = DAY_MS
/** Most proposals that wait, of one client and of all. */
const MOST_OF_CLIENT = 3
const MOST = 20
/** Time that the person has to carry out what they accepted; until then it is not put on the list again. */
const CARRIED_OUT_MS = 600_000
/** A client of which the person dismissed so many within a day proposes nothing more until that day has ended. */
const MOST_DISMISSED = 2

export type ProposalPorts = {
  readonly clock: Pick<Clock, 'now'>
  readonly newId: () => string
  /** SHA-256 of a text, in hex. */
  readonly digest: (text: string) => string
  readonly read: () => ProposalRecord
  /** Throws STORE_WRITE_FAILED. */
  readonly write: (record: ProposalRecord) => void
  /** True if what is proposed is there already, so that nothing is left to answer. */
  readonly isThere: (proposal: Pick<Proposal, 'client' | 'what'>) => boolean
}

/** What programs propose to the person. It outlives the process: a person may look at it the next day. */
export class Proposals {
  readonly #ports: ProposalPorts
  #record: ProposalRecord
  /** What was accepted a short while ago, by digest of `wishText`. */
  readonly #accepted = new Map<string, Date>()

  constructor(ports: ProposalPorts) {
    this.#ports = ports
    this.#record = ports.read()
  }

  /** The proposals that wait, the oldest first. */
  list(): readonly Proposal[] {
    const now = this.#ports.clock.now()
    return this.#record.waiting.filter((each) => now < each.until && !this.#ports.isThere(each))
  }

  /** What an answer to this proposal has to name. */
  digestOf(proposal: Proposal): string {
    return this.#ports.digest(proposalText(proposal))
  }

  /**
   * Adds a proposal, or returns the one that waits for the same, as it was shown first. Null: what is proposed is
   * there already. Throws APPROVAL_DENIED if the person dismissed it, or two of this client, within the last
   * day, and if too many wait.
   */
  add(client: string, what: Proposed, reason: string | null): { proposal: Proposal; isNew: boolean } | null {
    if (this.#ports.isThere({ client, what })) return null
    const now = this.#ports.clock.now()
    const waiting = this.list()
    const wish = this.#wishOf({ client, what })
    const same = waiting.find((each) => this.#wishOf(each) === wish)
    if (same !== undefined) return { proposal: same, isNew: false }
    this.#requireWelcome(client, wish)
    if (waiting.filter((each) => each.client === client).length >= MOST_OF_CLIENT)
      throw denied('Three proposals of this program wait for an answer. No more are taken until then.')
    if (waiting.length >= MOST)
      throw denied('Twenty proposals of programs wait for an answer. No more are taken until then.')
    const proposal = {
      id: this.#ports.newId(),
      client,
      what,
      reason: shownReason(reason),
      proposedAt: now,
      until: new Date(now.getTime() + WAITING_MS)
    }
    this.#save({ ...this.#record, waiting: [...waiting, proposal] })
    return { proposal, isNew: true }
  }

  /** Returns the proposal that the person answers. Throws INVALID_REQUEST if it waits no more or is another one. */
  find(id: string, digest: string): Proposal {
    const found = this.list().find((each) => each.id === id)
    if (found !== undefined && this.digestOf(found) === digest) return found
    throw new VaultError('INVALID_REQUEST', { message: 'This proposal no longer waits.' })
  }

  /** Takes a proposal off the list because the person goes on with it. */
  accept(proposal: Proposal): void {
    this.remove(proposal.id)
    const until = new Date(this.#ports.clock.now().getTime() + CARRIED_OUT_MS)
    this.#accepted.set(this.#wishOf(proposal), until)
  }

  /** True if the person accepted the same of this client within the last ten minutes. */
  wasAccepted(client: string, what: Proposed): boolean {
    const now = this.#ports.clock.now()
    for (const [wish, until] of this.#accepted) if (until <= now) this.#accepted.delete(wish)
    return this.#accepted.has(this.#wishOf({ client, what }))
  }

  /** Takes a proposal off the list without an answer of the person to remember. */
  remove(id: string): void {
    this.#save({ ...this.#record, waiting: this.#record.waiting.filter((each) => each.id !== id) })
  }

  /** Takes a proposal off the list because the person does not want it. */
  dismiss(proposal: Proposal): void {
    const now = this.#ports.clock.now()
    const until = new Date(now.getTime() + WAITING_MS)
    const dismissal = { client: proposal.client, wish: this.#wishOf(proposal), until }
    this.#save({
      waiting: this.#record.waiting.filter(({ id }) => id !== proposal.id),
      dismissed: [...this.#record.dismissed.filter((each) => now < each.until), dismissal]
    })
  }

  /** The access of a client has ended, and so has what it proposed. */
  removeClient(client: string): void {
    this.#keep((each) => each.client !== client)
  }

  /** The same for a credential that was removed or signed out. */
  removeCredential(credential: string): void {
    this.#keep(({ what }) => what.kind === 'service' || what.credential !== credential)
  }

  #keep(isKept: (proposal: Proposal) => boolean): void {
    const waiting = this.#record.waiting.filter(isKept)
    if (waiting.length < this.#record.waiting.length) this.#save({ ...this.#record, waiting })
  }

  #requireWelcome(client: string, wish: string): void {
    const now = this.#ports.clock.now()
    const ofClient = this.#record.dismissed.filter((each) => each.client === client && now < each.until)
    if (ofClient.some((each) => each.wish === wish))
      throw denied('The person dismissed this proposal within the last day.')
    if (ofClient.length >= MOST_DISMISSED)
      throw denied('The person dismissed two proposals of this program, so it can propose nothing for a day.')
  }

  #wishOf({ client, what }: Pick<Proposal, 'client' | 'what'>): string {
    return this.#ports.digest(wishText(client, what))
  }

  #save(record: ProposalRecord): void {
    this.#ports.write(record)
    this.#record = record
  }
}

const denied = (message: string): VaultError => new VaultError('APPROVAL_DENIED', { message })
