import { isTimeout, withDeadline } from '../store/deadline.ts'
import { type Answer, HelperCalls } from './helper-calls.ts'
import { type HelperLauncher, forkHelper } from './helper-process.ts'
import type { KeychainAdapter, KeychainLoader } from './keychain-adapter.ts'
import { join } from 'node:path'

export type KeychainClient = Required<Omit<KeychainAdapter, 'findCredentials'>> & {
  /** False: there is no native module on this computer. */
  hello(): Promise<boolean>
}

/**
 * The keychain behind a helper process, which is started on first use and again after it has ended. Rejects
 * with KEYCHAIN_*, CREDENTIAL_UNREADABLE or STORE_WRITE_FAILED. `interrupt` kills the helper: its calls
 * reject with KEYCHAIN_TIMEOUT. `close` kills it for good. `now`: milliseconds of any clock that does not
 * jump.
 */
export function createKeychainClient(
  launcher: HelperLauncher,
  now: () => number = () => performance.now()
): KeychainClient {
  const calls = new HelperCalls(launcher, now)
  return {
    hello: async () => (await calls.call({ op: 'hello' })) === true,
    prepare: async (service, account) => void (await calls.call({ op: 'prepare', service, account })),
    getPassword: async (service, account) => textOrNull(await calls.call({ op: 'get', service, account })),
    setPassword: async (service, account, value) =>
      void (await calls.call({ op: 'set', service, account, value })),
    deletePassword: async (service, account) =>
      (await calls.call({ op: 'delete', service, account })) === true,
    setAndVerify: async (service, account, value) =>
      (await calls.call({ op: 'setAndVerify', service, account, value })) === true,
    deleteAndVerify: async (service, account) => {
      const answer = await calls.call({ op: 'deleteAndVerify', service, account })
      return answer === 'removed' || answer === 'absent' ? answer : 'stays'
    },
    findAccounts: async (service) => {
      const answer = await calls.call({ op: 'accounts', service })
      return Array.isArray(answer) ? answer.filter((account) => typeof account === 'string') : []
    },
    interrupt: () => calls.interrupt(),
    close: () => calls.close()
  }
}

function textOrNull(answer: Answer): string | null {
  return typeof answer === 'string' ? answer : null
}

/** Milliseconds in which a helper has to start and to load the native module. */
const START_MS = 10_000

/**
 * Returns a loader for SecureStore over a helper. It rejects with KEYCHAIN_*. Null: the native module is
 * missing.
 */
export function helperKeychainLoader(launcher: HelperLauncher, startMs: number = START_MS): KeychainLoader {
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

/**
 * The keychain through a helper forked from the module beside this one, for plain Node. Electron's
 * composition root passes its own loader over `utilityProcess`.
 */
export function defaultKeychainLoader(): KeychainLoader {
  const helper = import.meta.filename.endsWith('.ts') ? 'keychain-helper.ts' : 'keychain-helper.js'
  return helperKeychainLoader(forkHelper(join(import.meta.dirname, helper)))
}
