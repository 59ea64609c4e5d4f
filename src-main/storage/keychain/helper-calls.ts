import { VaultError } from '#shared/problem.ts'
import type { HelperLauncher, HelperProcess } from './helper-process.ts'
import type { HelperReply, HelperRequest } from './helper-protocol.ts'
import { keychainProblem } from './keychain-error.ts'

export type Answer = Extract<HelperReply, { ok: true }>['value']
type Helper = {
  readonly process: HelperProcess
  readonly waiting: Map<number, Put>
  retired: boolean
  /** When it last said anything; null: never yet. */
  heardAt: number | null
  /** Pings since then. */
  unanswered: number
  watch: NodeJS.Timeout | null
}
type Call = HelperRequest extends infer R ? (R extends HelperRequest ? Omit<R, 'id'> : never) : never
type Waiting = {
  readonly request: Call
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: VaultError) => void
  /** Whether another helper is asked when this one ends without an answer. */
  readonly mayRepeat: boolean
}
/** A call that a helper has. */
type Put = Waiting & { readonly at: number }

/** What changes nothing, and is missed. `prepare` is not: it is only a help, and asks nobody. */
const reading: readonly HelperRequest['op'][] = ['hello', 'get', 'accounts']
/**
 * The end of a helper is noticed only after it, so that a call may be put to one that is gone. One that was put longer
 * ago than this may have reached a helper that lived, and raised a prompt.
 */
const UNNOTICED_MS = 1000

/** A helper that has calls is asked this often whether it runs; it is lost when so many questions were not answered. */
const PING_MS = 2000
const MOST_UNANSWERED = 3
/** Number of a ping; calls count from 1. */
const PING = { id: 0, op: 'ping' } as const

/**
 * Calls to a helper process, which is started at the first one and again after it ended. One that says that it is worn
 * gets no further call, and ends when those it has are answered. One that was stopped is killed after some seconds: a
 * call that hangs in the keychain leaves it time to answer a ping.
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

  /** Rejects with KEYCHAIN_*, CREDENTIAL_UNREADABLE or STORE_WRITE_FAILED. */
  call(request: Call): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#put({ request, resolve, reject, mayRepeat: reading.includes(request.op) })
    })
  }

  /** Kills the helpers: their calls reject with KEYCHAIN_TIMEOUT. The next call starts another. */
  interrupt(): void {
    for (const helper of this.#living) this.#lose(helper, () => false)
  }

  /** As `interrupt`, for good: from now on calls reject with KEYCHAIN_UNAVAILABLE. */
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
      // A start may fail for want of memory, also when a call is repeated: then nobody could catch it.
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
    // How long a start may take is the caller's to say, and a search holds up everything else there.
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

  /** `isMissed`: the helper hardly had the call. */
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

/** The read that the ended helper hardly had. Null if there were others: each might raise a prompt of its own. */
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
