import { VaultError } from '#shared/problem.ts'
import type { HelperLauncher, HelperProcess } from './helper-process.ts'
import type { HelperReply, HelperRequest } from './helper-protocol.ts'
import { keychainProblem } from './keychain-error.ts'

export type Answer = string | boolean | null
type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: VaultError) => void }
type Helper = { readonly process: HelperProcess; readonly waiting: Map<number, Waiting>; retired: boolean }
type Call = HelperRequest extends infer R ? (R extends HelperRequest ? Omit<R, 'id'> : never) : never

/**
 * Calls to a helper process, which is started at the first one and again after it ended. One that says that it is worn
 * gets no further call, and ends when those it has are answered.
 */
export class HelperCalls {
  readonly #launcher: HelperLauncher
  readonly #living = new Set<Helper>()
  #current: Helper | null = null
  #lastId = 0
  #isClosed = false

  constructor(launcher: HelperLauncher) {
    this.#launcher = launcher
  }

  /** Rejects with KEYCHAIN_*, CREDENTIAL_UNREADABLE or STORE_WRITE_FAILED. */
  call(request: Call): Promise<Answer> {
    if (this.#isClosed) return Promise.reject(new VaultError('KEYCHAIN_UNAVAILABLE'))
    const helper = (this.#current ??= this.#start())
    this.#lastId += 1
    const id = this.#lastId
    return new Promise<Answer>((resolve, reject) => {
      helper.waiting.set(id, { resolve, reject })
      helper.process.send({ ...request, id })
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
    for (const { reject } of waiting) reject(new VaultError(code))
  }
}

function settle({ waiting }: Helper, reply: Exclude<HelperReply, { id: null }>): void {
  const call = waiting.get(reply.id)
  waiting.delete(reply.id)
  if (reply.ok) call?.resolve(reply.value)
  else call?.reject(keychainProblem(reply.kind))
}
