import { alarm } from '../alarm.ts'
import {
  type Approval,
  type ApprovalAnswer,
  type ApprovalPorts,
  approvalText,
  covers,
  hasCovered,
  methodsLike,
  type Question,
  shownReason,
  type WantedApproval
} from './approval.ts'
import type { ProposedRule } from './proposal.ts'
import { QUESTION_MS } from './questions.ts'
import { UnderWay } from './under-way.ts'

const TEN_MINUTES = 10 * 60_000
/** Most remembered approvals; the one that was used longest ago makes room. */
const MOST_KEPT = 500

type GivenPorts = Pick<ApprovalPorts, 'clock' | 'newId' | 'digest' | 'read' | 'write'>

/** What the person has allowed: once, for a time, or for always. */
export class GivenApprovals {
  readonly #ports: GivenPorts
  /** What was allowed once, by its digest; consumed by the next request. */
  readonly #once = new Map<string, { readonly wanted: WantedApproval; readonly until: Date }>()
  readonly #underWay = new UnderWay()
  #kept: Approval[]

  constructor(ports: GivenPorts) {
    this.#ports = ports
    this.#kept = [...ports.read()]
  }

  /**
   * Returns the approval that covers what is wanted; an approval for once is consumed by this. Null: the
   * person has to be asked.
   */
  find(wanted: WantedApproval, reason: string | null): 'once' | Approval | null {
    const now = this.#ports.clock.now()
    const digest = this.#digestOf(wanted, reason)
    const once = this.#once.get(digest)
    if (once !== undefined) {
      this.#once.delete(digest)
      if (now < once.until) return 'once'
    }
    const found = this.#kept.find((approval) => covers(approval, wanted, now))
    if (found === undefined) return null
    const used = { ...found, lastUsedAt: now }
    this.#kept = this.#kept.map((approval) => (approval === found ? used : approval))
    return used
  }

  /** As `isKept`, where an answer for once counts, too; asking does not use it up. */
  isAllowedNow(wanted: WantedApproval, reason: string | null): boolean {
    const once = this.#once.get(this.#digestOf(wanted, reason))
    return (once !== undefined && this.#ports.clock.now() < once.until) || this.isKept(wanted)
  }

  /** Remembers an answer to a question for as long as it says. */
  remember({ digest, wanted, until }: Question, answer: ApprovalAnswer & { kind: 'allowed' }): void {
    const { duration, wholeHost } = answer
    const { clock } = this.#ports
    // Time ends an approval by the alarm, too, so that a clock that is set back makes none longer.
    if (duration === 'once') {
      const once = { wanted, until }
      this.#once.set(digest, once)
      alarm(clock, QUESTION_MS, () => this.#once.get(digest) === once && this.#once.delete(digest))
      return
    }
    const { method, path, run, ...rest } = wanted
    const reach = { methods: methodsLike(method), path: wholeHost ? null : path }
    const { id } = this.#keep({ ...rest, ...reach, run: duration === 'run' ? run : null, duration })
    if (duration === '10-minutes') alarm(clock, TEN_MINUTES, () => this.#forget(id))
  }

  /** Remembers for always what a client proposed and the person accepted, and no more than that. */
  grant(client: string, rule: ProposedRule): Approval {
    const { credential, host, methods, path, scope } = rule
    const reach = { host, methods, path, isPattern: true, scope } as const
    return this.#keep({ client, run: null, credential, mode: 'use', ...reach, duration: 'always' })
  }

  /** The approvals that hold now, those used last first. */
  list(): readonly Approval[] {
    const now = this.#ports.clock.now()
    const used = ({ lastUsedAt, givenAt }: Approval): number => (lastUsedAt ?? givenAt).getTime()
    return this.#kept
      .filter(({ until }) => until === null || now < until)
      .toSorted((one, other) => used(other) - used(one))
  }

  /** True if a kept approval covers this. An answer for once counts for nothing here. */
  isKept(wanted: WantedApproval): boolean {
    const now = this.#ports.clock.now()
    return this.#kept.some((approval) => covers(approval, wanted, now))
  }

  /**
   * Follows what begins to run with something that was allowed. `end` is called at most once, when the approval
   * is revoked, its client or credential is gone, or the vault is locked. Returns the function that ends this.
   */
  follow(wanted: WantedApproval, end: () => void): () => void {
    return this.#underWay.add(wanted, end)
  }

  /** False: there is no such approval. */
  revoke(id: string): boolean {
    return this.#revokeWhere((approval) => approval.id === id) > 0
  }

  /** Ends what was allowed where `isMeant` says so; returns how many approvals ended. */
  endWhere(isMeant: (wanted: Pick<WantedApproval, 'client' | 'credential'>) => boolean): number {
    this.#forgetOnce(isMeant)
    this.#underWay.endWhere(isMeant)
    return this.#revokeWhere(isMeant)
  }

  /**
   * A run has ended, and with it what was allowed for it alone. Its questions stay for their time: an answer for longer
   * holds for the next run, too.
   */
  endRun(run: string): void {
    const isOfRun = (wanted: Pick<WantedApproval, 'run'>): boolean => wanted.run === run
    this.#forgetOnce(isOfRun)
    this.#revokeWhere(isOfRun)
  }

  /** The vault is locked: what was allowed until then ends. */
  lock(): void {
    this.#once.clear()
    this.#underWay.endWhere(() => true)
    this.#revokeWhere(({ duration }) => duration !== 'always')
  }

  #digestOf(wanted: WantedApproval, reason: string | null): string {
    return this.#ports.digest(approvalText(wanted, shownReason(reason)))
  }

  #keep(given: Omit<Approval, 'id' | 'givenAt' | 'until' | 'lastUsedAt'>): Approval {
    const givenAt = this.#ports.clock.now()
    const until = given.duration === '10-minutes' ? new Date(givenAt.getTime() + TEN_MINUTES) : null
    const approval = { ...given, id: this.#ports.newId(), givenAt, until, lastUsedAt: null }
    this.#kept = [...this.list().slice(0, MOST_KEPT - 1), approval]
    this.#save()
    return approval
  }

  #forget(id: string): void {
    this.#kept = this.#kept.filter((approval) => approval.id !== id)
  }

  #forgetOnce(isMeant: (wanted: WantedApproval) => boolean): void {
    for (const [digest, { wanted }] of this.#once) if (isMeant(wanted)) this.#once.delete(digest)
  }

  #revokeWhere(isMeant: (approval: Approval) => boolean): number {
    const gone = this.#kept.filter(isMeant)
    if (gone.length === 0) return 0
    this.#kept = this.#kept.filter((approval) => !isMeant(approval))
    this.#save()
    this.#underWay.endWhere((wanted) => gone.some((approval) => hasCovered(approval, wanted)))
    return gone.length
  }

  /** Only what holds for always outlives the process. */
  #save(): void {
    this.#ports.write(this.#kept.filter(({ duration }) => duration === 'always'))
  }
}
