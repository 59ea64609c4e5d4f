import { VaultError } from '#shared/problem.ts'
import type { Clock } from '../ports.ts'
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
import type { Client, Peer } from './client.ts'
import type { ProposedRule } from './proposal.ts'
import { QuestionPauses } from './question-pauses.ts'
import type { StopSignal } from './stop-signal.ts'
import { UnderWay } from './under-way.ts'

export type { Question } from './approval.ts'

const MINUTE = 60_000
/** Longest time that a question waits for the person. */
const QUESTION_MS = 5 * MINUTE
const TEN_MINUTES = 10 * MINUTE
/** Most questions at once of the person's own terminals; a program has one. */
const MOST_OF_TERMINAL = 8
/** Most remembered approvals; the one that was used longest ago makes room. */
const MOST_KEPT = 500

type Open = {
  readonly question: Question
  readonly settled: PromiseWithResolvers<ApprovalAnswer | null>
  readonly cancelAlarm: () => void
  /** Requests that wait for the answer. */
  waiting: number
  /** A request has gone away and left the question to the person; it stays for its time. */
  isLeft: boolean
}

/** The person's answers to what clients want, and the questions that wait for one. */
export class Approvals {
  readonly #ports: ApprovalPorts
  readonly #open = new Map<string, Open>()
  /** What was allowed once, by its digest; consumed by the next request. */
  readonly #once = new Map<string, { readonly wanted: WantedApproval; readonly until: Date }>()
  readonly #pauses: QuestionPauses
  readonly #underWay = new UnderWay()
  #kept: Approval[]

  constructor(ports: ApprovalPorts) {
    this.#ports = ports
    this.#pauses = new QuestionPauses(ports.clock)
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

  /**
   * Asks the person, or returns the question that already waits for the same. Throws APPROVAL_DENIED if
   * another question of this client waits, and during the pause after questions that were not answered.
   */
  ask(client: Client, peer: Peer, wanted: WantedApproval, reason: string | null): Question {
    const now = this.#ports.clock.now()
    const digest = this.#digestOf(wanted, reason)
    const waiting = this.questions().filter((question) => question.client.id === client.id)
    const same = waiting.find((question) => question.digest === digest)
    if (same !== undefined) return same
    if (waiting.length >= (client.id === 'terminal' ? MOST_OF_TERMINAL : 1)) {
      throw denied('Another request of this program waits for an answer. Answer it first.')
    }
    this.#pauses.requireNone(client.id)
    const id = this.#ports.newId()
    const until = new Date(now.getTime() + QUESTION_MS)
    const question = { id, digest, client, peer, wanted, reason: shownReason(reason), askedAt: now, until }
    const cancelAlarm = alarm(this.#ports.clock, QUESTION_MS, () => this.#ignore(id))
    const settled = Promise.withResolvers<ApprovalAnswer | null>()
    this.#open.set(id, { question, settled, cancelAlarm, waiting: 0, isLeft: false })
    this.#tell()
    return question
  }

  /**
   * Resolves with the answer to a question. Null: it is no longer asked, or `signal` was aborted. A question that
   * several requests wait for is taken back when the last one of them has given up.
   */
  async answerTo(id: string, signal: StopSignal): Promise<ApprovalAnswer | null> {
    const open = this.#open.get(id)
    if (open === undefined) return null
    const gone = Promise.withResolvers<null>()
    const leave = (): void => gone.resolve(null)
    open.waiting += 1
    signal.addEventListener('abort', leave, { once: true })
    try {
      return signal.aborted ? null : await Promise.race([open.settled.promise, gone.promise])
    } finally {
      signal.removeEventListener('abort', leave)
      open.waiting -= 1
      if (open.waiting === 0 && !open.isLeft && this.#open.has(id)) {
        this.#pauses.takenBack(open.question.client.id)
        this.withdraw(id)
      }
    }
  }

  /** The question stays for its time, also if whoever waits for it gives up. */
  leave(id: string): void {
    const open = this.#open.get(id)
    if (open !== undefined) open.isLeft = true
  }

  questions(): readonly Question[] {
    return [...this.#open.values()].map(({ question }) => question)
  }

  /**
   * Answers a question. Throws INVALID_REQUEST if it is no longer asked, if the digest is that of another
   * request, for a run that has ended or is none, and for a value that would be given out for longer than ten
   * minutes.
   */
  answer(id: string, digest: string, answer: ApprovalAnswer): Question {
    const open = this.#open.get(id)
    if (open === undefined || open.question.digest !== digest) {
      throw new VaultError('INVALID_REQUEST', { message: 'This question is no longer asked.' })
    }
    requireShort(open.question, answer)
    this.#requireRun(open.question, answer)
    this.#close(open)
    this.#pauses.answered(open.question.client.id)
    if (answer.kind === 'allowed') this.#remember(open.question, answer)
    open.settled.resolve(answer)
    this.#tell()
    return open.question
  }

  /** Remembers for always what a client proposed and the person accepted, and no more than that. */
  grant(client: string, rule: ProposedRule): Approval {
    const { credential, host, methods, path, scope } = rule
    const reach = { host, methods, path, isPattern: true, scope } as const
    return this.#keep({ client, run: null, credential, mode: 'use', ...reach, duration: 'always' })
  }

  /** Takes a question back: its client is gone or has given up. */
  withdraw(id: string): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    this.#close(open)
    open.settled.resolve(null)
    this.#tell()
  }

  /** The approvals that hold now, those used last first. */
  list(): readonly Approval[] {
    const now = this.#ports.clock.now()
    const used = ({ lastUsedAt, givenAt }: Approval): number => (lastUsedAt ?? givenAt).getTime()
    return this.#kept
      .filter(({ until }) => until === null || now < until)
      .toSorted((one, other) => used(other) - used(one))
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

  /** Ends every approval and question of a client; returns how many approvals ended. */
  revokeClient(client: string): number {
    return this.#endWhere((wanted) => wanted.client === client)
  }

  /** The same for a credential that was removed or signed out. */
  revokeCredential(credential: string): number {
    return this.#endWhere((wanted) => wanted.credential === credential)
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

  #remember({ digest, wanted, until }: Question, answer: ApprovalAnswer & { kind: 'allowed' }): void {
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

  #requireRun({ wanted: { run } }: Question, answer: ApprovalAnswer): void {
    if (answer.kind === 'denied' || answer.duration !== 'run') return
    if (run !== null && this.#ports.isRunOpen(run)) return
    throw new VaultError('INVALID_REQUEST', {
      message: 'This request belongs to no run, or its run has ended.'
    })
  }

  #endWhere(isMeant: (wanted: Pick<WantedApproval, 'client' | 'credential'>) => boolean): number {
    for (const { question } of this.#open.values()) if (isMeant(question.wanted)) this.withdraw(question.id)
    this.#forgetOnce(isMeant)
    this.#underWay.endWhere(isMeant)
    return this.#revokeWhere(isMeant)
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

  #ignore(id: string): void {
    const client = this.#open.get(id)?.question.client.id
    if (client !== undefined) this.#pauses.ignored(client)
    this.withdraw(id)
  }

  #close({ question, cancelAlarm }: Open): void {
    cancelAlarm()
    this.#open.delete(question.id)
  }

  #tell(): void {
    this.#ports.onQuestions(this.questions())
  }
}

function requireShort({ wanted }: Question, answer: ApprovalAnswer): void {
  if (wanted.mode !== 'reveal' || answer.kind === 'denied') return
  if (answer.duration === 'once' || answer.duration === '10-minutes') return
  throw new VaultError('INVALID_REQUEST', { message: 'A value is given out once, or for ten minutes.' })
}

/** An alarm of any length, over a clock that takes at most a minute at once. */
function alarm(clock: Clock, ms: number, ring: () => unknown): () => void {
  if (ms <= MINUTE) return clock.after(ms, () => void ring())
  let cancel = clock.after(MINUTE, () => (cancel = alarm(clock, ms - MINUTE, ring)))
  return () => cancel()
}

function denied(message: string): VaultError {
  return new VaultError('APPROVAL_DENIED', { message })
}
