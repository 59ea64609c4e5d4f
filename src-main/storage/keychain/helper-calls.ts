import { VaultError } from '#shared/problem.ts'
import type { HelperLauncher, HelperProcess } from './helper-process.ts'
import type { HelperReply, HelperRequest } from './helper-protocol.ts'
import { keychainProblem } from './keychain-error.ts'

export type Answer = Extract<HelperReply, { ok: true }>['value']
type Helper = { readonly process: HelperProcess; readonly waiting: Map<number, Put>; retired: boolean }
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

/**
 * Calls to a helper process, which is started at the first one and again after it ended. One that says that it is worn
 * gets no further call, and ends when those it has are answered.
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
    for (const helper of this.#living) {
      helper.process.kill()
      this.#end(helper, 'KEYCHAIN_TIMEOUT')
    }
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
    } catch {
      // A start may fail for want of memory, also when a call is repeated: then nobody could catch it.
      this.#current?.waiting.delete(id)
      call.reject(new VaultError('KEYCHAIN_UNAVAILABLE'))
    }
  }

  #start(): Helper {
    const helper: Helper = { process: this.#launcher(), waiting: new Map(), retired: false }
    this.#living.add(helper)
    helper.process.onMessage((message) => this.#receive(helper, message as HelperReply))
    helper.process.onExit(() => this.#end(helper, 'KEYCHAIN_UNAVAILABLE'))
    return helper
  }

  #receive(helper: Helper, reply: HelperReply): void {
    if (reply.id === null) this.#retire(helper)
    else settle(helper, reply)
    if (helper.retired && helper.waiting.size === 0) helper.process.kill()
  }

  #retire(helper: Helper): void {
    helper.retired = true
    if (this.#current === helper) this.#current = null
  }

  #end(helper: Helper, code: 'KEYCHAIN_TIMEOUT' | 'KEYCHAIN_UNAVAILABLE'): void {
    this.#retire(helper)
    this.#living.delete(helper)
    const waiting = [...helper.waiting.values()]
    helper.waiting.clear()
    const repeated = code === 'KEYCHAIN_UNAVAILABLE' ? this.#repeatable(waiting) : null
    for (const call of waiting) {
      if (call === repeated) this.#put({ ...call, mayRepeat: false })
      else call.reject(new VaultError(code))
    }
  }

  /** The read that the ended helper hardly had. Null if there were others: each might raise a prompt of its own. */
  #repeatable(waiting: readonly Put[]): Put | null {
    const [only, ...others] = waiting.filter(({ request }) => request.op !== 'prepare')
    if (!only?.mayRepeat || others.length > 0) return null
    return this.#now() - only.at < UNNOTICED_MS ? only : null
  }
}

function settle({ waiting }: Helper, reply: Exclude<HelperReply, { id: null }>): void {
  const call = waiting.get(reply.id)
  waiting.delete(reply.id)
  if (reply.ok) call?.resolve(reply.value)
  else call?.reject(keychainProblem(reply.kind))
}
