import { join } from 'node:path'
import { fork } from 'node:child_process'
import { isTimeout, withDeadline } from '../store/deadline.ts'
import { type Answer, HelperCalls } from './helper-calls.ts'
import type { HelperLauncher } from './helper-protocol.ts'
import type { KeychainAdapter, KeychainLoader } from './keychain-adapter.ts'

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

/**
 * Variables that D-Bus, the macOS keychain and Windows need to find the person's session; only these are
 * passed on.
 */
const passedOn = [
  ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CURRENT_DESKTOP'],
  ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'HOME', 'USER', 'LOGNAME', 'LANG'],
  ['LATCHKEY_OPEN_TO_DEBUGGERS'],
  ['SystemRoot', 'SystemDrive', 'windir', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'USERNAME', 'TEMP', 'TMP']
].flat()

/** The part of an environment that a helper may see. */
export function helperEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const found = passedOn.map((name) => [name, environment[name]] as const)
  return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

/**
 * Returns a launcher for plain Node: forks `modulePath`, a .js file or a .ts file that Node runs by type
 * stripping. The vault process is kept alive by the deadline of a running call, not by the helper process or
 * its channel. `onStart` is called with the id of each process.
 */
export function forkHelper(
  modulePath: string,
  environment: NodeJS.ProcessEnv = process.env,
  onStart: (pid: number) => void = () => undefined
): HelperLauncher {
  return () => {
    const child = fork(modulePath, [], {
      // Requests and answers are plain texts; JSON takes half the time of structured cloning for them.
      serialization: 'json',
      execArgv: [],
      env: helperEnvironment(environment),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc']
    })
    if (child.pid !== undefined) onStart(child.pid)
    // The exit that follows reports a message that could not be delivered.
    child.on('error', () => undefined)
    child.unref()
    child.channel?.unref()
    return {
      send: (message) => void child.send(message, () => undefined),
      onMessage: (listener) => {
        child.on('message', listener)
        child.channel?.unref()
      },
      onExit: (listener) => {
        let told = false
        const once = (): void => {
          if (!told) listener()
          told = true
        }
        child.once('exit', once)
        child.once('error', once)
      },
      kill: () => void child.kill('SIGKILL')
    }
  }
}
