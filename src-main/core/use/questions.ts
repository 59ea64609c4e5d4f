import { VaultError } from '#shared/problem.ts'
import { alarm } from '../alarm.ts'
import {
  type ApprovalAnswer,
  type ApprovalPorts,
  approvalText,
  type Question,
  shownReason,
  type WantedApproval
} from './approval.ts'
import type { Client, Peer } from './client.ts'
import { QuestionPauses } from './question-pauses.ts'
import type { StopSignal } from './stop-signal.ts'

/** Longest time in milliseconds that a question waits for the person. */
export const QUESTION_MS = 5 * 60_000
/** Most questions at once of the person's own terminals; a program has one. */
const MOST_OF_TERMINAL = 8
/** Most answers that are kept for clients that come back for them. */
const MOST_ANSWERED = 200

type QuestionPorts = Pick<ApprovalPorts, 'clock' | 'newId' | 'digest' | 'isRunOpen' | 'onQuestions'> & {
  /** The person has answered. Called before the client hears of it. */
  readonly onAnswered: (question: Question, answer: ApprovalAnswer) => void
}

type Open = {
  readonly question: Question
  readonly settled: PromiseWithResolvers<ApprovalAnswer | null>
  readonly cancelAlarm: () => void
  /** Requests that wait for the answer. */
  waiting: number
  /** A request has gone away and left the question to the person; it stays for its time. */
  isLeft: boolean
}

/** The questions that wait for the person, and how the newest ones were answered. */
export class Questions {
  readonly #ports: QuestionPorts
  readonly #open = new Map<string, Open>()
  /** How the newest questions were answered, for clients that come back for the answer. */
  readonly #answered = new Map<string, { readonly client: string; readonly kind: ApprovalAnswer['kind'] }>()
  readonly #pauses: QuestionPauses

  constructor(ports: QuestionPorts) {
    this.#ports = ports
    this.#pauses = new QuestionPauses(ports.clock)
  }

  list(): readonly Question[] {
    return [...this.#open.values()].map(({ question }) => question)
  }

  /**
   * Asks the person, or returns the question that already waits for the same. Throws APPROVAL_DENIED if
   * another question of this client waits, and during the pause after questions that were not answered.
   */
  ask(client: Client, peer: Peer, wanted: WantedApproval, given: string | null): Question {
    const now = this.#ports.clock.now()
    const reason = shownReason(given)
    const digest = this.#ports.digest(approvalText(wanted, reason))
    const waiting = this.list().filter((question) => question.client.id === client.id)
    const same = waiting.find((question) => question.digest === digest)
    if (same !== undefined) return same
    if (waiting.length >= (client.id === 'terminal' ? MOST_OF_TERMINAL : 1)) {
      throw denied('Another request of this program waits for an answer. Answer it first.')
    }
    this.#pauses.requireNone(client.id)
    const id = this.#ports.newId()
    const until = new Date(now.getTime() + QUESTION_MS)
    const question = { id, digest, client, peer, wanted, reason, askedAt: now, until }
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

  /**
   * How a question of a client stands. `over`: it is asked no longer, its answer is forgotten, or another client has
   * asked it.
   */
  stateOf(id: string, client: string): 'waits' | ApprovalAnswer['kind'] | 'over' {
    if (this.#open.get(id)?.question.client.id === client) return 'waits'
    const ended = this.#answered.get(id)
    return ended?.client === client ? ended.kind : 'over'
  }

  /** The question stays for its time, also if whoever waits for it gives up. */
  leave(id: string): void {
    const open = this.#open.get(id)
    if (open !== undefined) open.isLeft = true
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
    this.#note(open.question, answer.kind)
    this.#ports.onAnswered(open.question, answer)
    open.settled.resolve(answer)
    this.#tell()
    return open.question
  }

  /** Takes a question back: its client is gone or has given up. */
  withdraw(id: string): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    this.#close(open)
    open.settled.resolve(null)
    this.#tell()
  }

  /** Takes back the questions that `isMeant` chooses. */
  withdrawWhere(isMeant: (wanted: WantedApproval) => boolean): void {
    for (const { question } of this.#open.values()) if (isMeant(question.wanted)) this.withdraw(question.id)
  }

  #note({ id, client }: Question, kind: ApprovalAnswer['kind']): void {
    this.#answered.set(id, { client: client.id, kind })
    const [oldest] = this.#answered.keys()
    if (this.#answered.size > MOST_ANSWERED && oldest !== undefined) this.#answered.delete(oldest)
  }

  #requireRun({ wanted: { run } }: Question, answer: ApprovalAnswer): void {
    if (answer.kind === 'denied' || answer.duration !== 'run') return
    if (run !== null && this.#ports.isRunOpen(run)) return
    throw new VaultError('INVALID_REQUEST', {
      message: 'This request belongs to no run, or its run has ended.'
    })
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
    this.#ports.onQuestions(this.list())
  }
}

function requireShort({ wanted }: Question, answer: ApprovalAnswer): void {
  if (wanted.mode !== 'reveal' || answer.kind === 'denied') return
  if (answer.duration === 'once' || answer.duration === '10-minutes') return
  throw new VaultError('INVALID_REQUEST', { message: 'A value is given out once, or for ten minutes.' })
}

function denied(message: string): VaultError {
  return new VaultError('APPROVAL_DENIED', { message })
}
