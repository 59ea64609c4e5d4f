import { VaultError } from '#shared/problem.ts'
import type { HelperLauncher, HelperProcess, HelperReply, HelperRequest } from './helper-protocol.ts'
import { keychainProblem } from './keychain-error.ts'

export type Answer = Extract<HelperReply, { ok: true }>['value']
type Helper = {
  readonly process: HelperProcess
  readonly waiting: Map<number, Put>
  retired: boolean
  /** Time of the helper's last message. Null: it has not sent any yet. */
  heardAt: number | null
  /** Pings since then that were not answered. */
  unanswered: number
  watch: NodeJS.Timeout | null
}
type Call = HelperRequest extends infer R ? (R extends HelperRequest ? Omit<R, 'id'> : never) : never
type Waiting = {
  readonly request: Call
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: VaultError) => void
  /** Whether another helper gets the call when this one ends without an answer. */
  readonly mayRepeat: boolean
}
/** A call that was sent to a helper. */
type Put = Waiting & { readonly at: number }

/**
 * Operations that change nothing and whose caller waits for the answer. `prepare` is missing here: it is only
 * a help.
 */
const reading: readonly HelperRequest['op'][] = ['hello', 'get', 'accounts']
/**
 * The end of a helper is noticed late, so a call may be sent to a helper that is gone. A call that was sent
 * longer ago than this may have reached a living helper and raised a prompt.
 */
const UNNOTICED_MS = 1000

/**
 * Interval of the pings to a helper that has calls. It is lost after `MOST_UNANSWERED` pings without an
 * answer.
 */
const PING_MS = 2000
const MOST_UNANSWERED = 3
/** The ping; its id is 0, ids of calls begin at 1. */
const PING = { id: 0, op: 'ping' } as const

/**
 * Calls to a helper process, which is started at the first call and again after it has ended. A helper that
 * says that it is worn gets no further call and ends when its calls are answered. A helper that does not
 * answer pings is killed after some seconds; a call that hangs in the keychain leaves it time to answer them.
 */
export class HelperCalls {
  readonly #launcher: HelperLauncher
  readonly #now: () => number
  readonly #living = new Set<Helper>()
  #current: Helper | null = null
  #lastId = 0
  #isClosed = false

  constructor(launcher: HelperLauncher, now: () => number) {
    this.#launcher = launcher
    this.#now = now
  }

  /** Sends a request. Rejects with KEYCHAIN_*, CREDENTIAL_UNREADABLE or STORE_WRITE_FAILED. */
  call(request: Call): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#put({ request, resolve, reject, mayRepeat: reading.includes(request.op) })
    })
  }

  /** Kills the helpers: their calls reject with KEYCHAIN_TIMEOUT. The next call starts another helper. */
  interrupt(): void {
    for (const helper of this.#living) this.#lose(helper, () => false)
  }

  /** Kills the helpers for good: from now on calls reject with KEYCHAIN_UNAVAILABLE. */
  close(): void {
    this.#isClosed = true
    this.interrupt()
  }

  #put(call: Waiting): void {
    if (this.#isClosed) return call.reject(new VaultError('KEYCHAIN_UNAVAILABLE'))
    this.#lastId += 1
    const id = this.#lastId
    try {
      const helper = (this.#current ??= this.#start())
      helper.waiting.set(id, { ...call, at: this.#now() })
      helper.process.send({ ...call.request, id })
      this.#watch(helper)
    } catch {
      // A start may fail for lack of memory. When a call is repeated no caller could catch the error.
      this.#current?.waiting.delete(id)
      call.reject(new VaultError('KEYCHAIN_UNAVAILABLE'))
    }
  }

  #start(): Helper {
    const helper: Helper = {
      process: this.#launcher(),
      waiting: new Map(),
      retired: false,
      heardAt: null,
      unanswered: 0,
      watch: null
    }
    this.#living.add(helper)
    helper.process.onMessage((message) => this.#receive(helper, message as HelperReply))
    helper.process.onExit(() =>
      this.#end(helper, 'KEYCHAIN_UNAVAILABLE', ({ at }) => this.#now() - at < UNNOTICED_MS)
    )
    return helper
  }

  #watch(helper: Helper): void {
    helper.watch ??= setInterval(() => this.#look(helper), PING_MS).unref()
  }

  #look(helper: Helper): void {
    // The caller limits how long a start may take. A search blocks the helper until it ends.
    const isBusy = [...helper.waiting.values()].some(({ request }) => request.op === 'accounts')
    if (helper.waiting.size === 0) unwatch(helper)
    else if (helper.heardAt !== null && !isBusy) {
      const { heardAt } = helper
      if (helper.unanswered >= MOST_UNANSWERED) return this.#lose(helper, ({ at }) => at >= heardAt)
      helper.unanswered += 1
      helper.process.send(PING)
    }
  }

  #lose(helper: Helper, isMissed: (call: Put) => boolean): void {
    helper.process.kill()
    this.#end(helper, 'KEYCHAIN_TIMEOUT', isMissed)
  }

  #receive(helper: Helper, reply: HelperReply): void {
    helper.heardAt = this.#now()
    helper.unanswered = 0
    if (reply.id === null) this.#retire(helper)
    else settle(helper, reply)
    if (helper.retired && helper.waiting.size === 0) helper.process.kill()
  }

  #retire(helper: Helper): void {
    helper.retired = true
    if (this.#current === helper) this.#current = null
  }

  /** `isMissed`: whether the helper can hardly have received the call. */
  #end(
    helper: Helper,
    code: 'KEYCHAIN_TIMEOUT' | 'KEYCHAIN_UNAVAILABLE',
    isMissed: (call: Put) => boolean
  ): void {
    this.#retire(helper)
    unwatch(helper)
    this.#living.delete(helper)
    const waiting = [...helper.waiting.values()]
    helper.waiting.clear()
    const repeated = repeatable(waiting, isMissed)
    for (const call of waiting) {
      if (call === repeated) this.#put({ ...call, mayRepeat: false })
      else call.reject(new VaultError(code))
    }
  }
}

/**
 * The one read that the ended helper can hardly have received. Null: there were other calls too, and each
 * might raise a prompt of its own.
 */
function repeatable(waiting: readonly Put[], isMissed: (call: Put) => boolean): Put | null {
  const [only, ...others] = waiting.filter(({ request }) => request.op !== 'prepare')
  return only?.mayRepeat === true && others.length === 0 && isMissed(only) ? only : null
}

function unwatch(helper: Helper): void {
  if (helper.watch !== null) clearInterval(helper.watch)
  helper.watch = null
}

function settle({ waiting }: Helper, reply: Exclude<HelperReply, { id: null }>): void {
  const call = waiting.get(reply.id)
  waiting.delete(reply.id)
  if (reply.ok) call?.resolve(reply.value)
  else call?.reject(keychainProblem(reply.kind))
}
