import { fork } from 'node:child_process'

/** A running helper, from `child_process.fork` or from Electron's `utilityProcess`. */
export type HelperProcess = {
  send(message: object): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the process has ended or could not be started. */
  onExit(listener: () => void): void
  /** Ends the helper at once, even in the middle of a call. Idempotent. */
  kill(): void
}

/** Starts a helper. Synchronous and quick; `onExit` reports a start that fails. */
export type HelperLauncher = () => HelperProcess

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
