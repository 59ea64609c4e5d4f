import { VaultError } from '#shared/problem.ts'
import type { HelperLauncher, HelperProcess } from './helper-process.ts'
import type { HelperReply, HelperRequest } from './helper-protocol.ts'
import { isTimeout, withDeadline } from '../deadline.ts'
import { keychainProblem } from './keychain-error.ts'
import type { KeytarAdapter, KeytarLoader } from './keytar-adapter.ts'

type Answer = string | boolean | null
type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: VaultError) => void }
type Helper = { readonly process: HelperProcess; readonly waiting: Map<number, Waiting>; retired: boolean }
type Call = HelperRequest extends infer R ? (R extends HelperRequest ? Omit<R, 'id'> : never) : never

export type KeychainClient = Required<Omit<KeytarAdapter, 'findCredentials'>> & {
  /** False: there is no native module on this computer. */
  hello(): Promise<boolean>
}

/**
 * The keychain behind a helper process, which is started on first use and again after it ended. Rejects with
 * KEYCHAIN_*, CREDENTIAL_UNREADABLE or STORE_WRITE_FAILED. `interrupt` kills the helper: its calls reject with
 * KEYCHAIN_TIMEOUT. `close` does so for good.
 */
export function createKeychainClient(launcher: HelperLauncher): KeychainClient {
  let current: Helper | null = null
  let lastId = 0
  let closed = false
  const living = new Set<Helper>()

  function call(request: Call): Promise<Answer> {
    if (closed) return Promise.reject(new VaultError('KEYCHAIN_UNAVAILABLE'))
    const helper = (current ??= start())
    lastId += 1
    const id = lastId
    return new Promise<Answer>((resolve, reject) => {
      helper.waiting.set(id, { resolve, reject })
      helper.process.send({ ...request, id })
    })
  }

  function start(): Helper {
    const helper: Helper = { process: launcher(), waiting: new Map(), retired: false }
    living.add(helper)
    helper.process.onMessage((message) => receive(helper, message as HelperReply))
    helper.process.onExit(() => end(helper, 'KEYCHAIN_UNAVAILABLE'))
    return helper
  }

  function receive(helper: Helper, reply: HelperReply): void {
    if (reply.id === null) retire(helper)
    else settle(helper, reply)
    if (helper.retired && helper.waiting.size === 0) helper.process.kill()
  }

  function settle(helper: Helper, reply: Exclude<HelperReply, { id: null }>): void {
    const waiting = helper.waiting.get(reply.id)
    helper.waiting.delete(reply.id)
    if (reply.ok) waiting?.resolve(reply.value)
    else waiting?.reject(keychainProblem(reply.kind))
  }

  function retire(helper: Helper): void {
    helper.retired = true
    if (current === helper) current = null
  }

  function end(helper: Helper, code: 'KEYCHAIN_TIMEOUT' | 'KEYCHAIN_UNAVAILABLE'): void {
    retire(helper)
    living.delete(helper)
    const waiting = [...helper.waiting.values()]
    helper.waiting.clear()
    for (const { reject } of waiting) reject(new VaultError(code))
  }

  function interrupt(): void {
    for (const helper of living) {
      helper.process.kill()
      end(helper, 'KEYCHAIN_TIMEOUT')
    }
  }

  return {
    hello: async () => (await call({ op: 'hello' })) === true,
    prepare: async (service, account) => void (await call({ op: 'prepare', service, account })),
    getPassword: async (service, account) => textOrNull(await call({ op: 'get', service, account })),
    setPassword: async (service, account, value) => void (await call({ op: 'set', service, account, value })),
    deletePassword: async (service, account) => (await call({ op: 'delete', service, account })) === true,
    setAndVerify: async (service, account, value) =>
      (await call({ op: 'setAndVerify', service, account, value })) === true,
    deleteAndVerify: async (service, account) => {
      const answer = await call({ op: 'deleteAndVerify', service, account })
      return answer === 'removed' || answer === 'absent' ? answer : 'stays'
    },
    interrupt,
    close: () => {
      closed = true
      interrupt()
    }
  }
}

function textOrNull(answer: Answer): string | null {
  return typeof answer === 'string' ? answer : null
}

/** How long a helper may take to start and to load the native module. */
const START_MS = 10_000

/** A loader for SecureStore over a helper. Null where the native module is missing. Rejects with KEYCHAIN_*. */
export function helperKeytarLoader(launcher: HelperLauncher, startMs: number = START_MS): KeytarLoader {
  const client = createKeychainClient(launcher)
  return async () => {
    try {
      return (await withDeadline(client.hello(), startMs)) ? client : null
    } catch (error) {
      if (isTimeout(error)) client.interrupt()
      throw error
    }
  }
}
