import { fork } from 'node:child_process'

/** A running helper, as `child_process.fork` or Electron's `utilityProcess` gives it. */
export type HelperProcess = {
  send(message: object): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the process has ended or could not be started. */
  onExit(listener: () => void): void
  /** Ends it at once, whatever it is doing. Idempotent. */
  kill(): void
}

/** Starts a helper. Synchronous and quick; a start that fails is told by `onExit`. */
export type HelperLauncher = () => HelperProcess

/** What D-Bus, the macOS keychain and Windows need to find the person's session; nothing else is passed on. */
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
 * A launcher for plain Node: forks `modulePath`, a .js file or a .ts file that Node runs by type stripping. Neither the
 * process nor its channel keeps the vault process alive; the deadline of a call under way does. `onStart` is told the
 * number of each process.
 */
export function forkHelper(
  modulePath: string,
  environment: NodeJS.ProcessEnv = process.env,
  onStart: (pid: number) => void = () => undefined
): HelperLauncher {
  return () => {
    const child = fork(modulePath, [], {
      // Requests and answers are plain texts, and for those JSON takes half the time of structured cloning.
      serialization: 'json',
      execArgv: [],
      env: helperEnvironment(environment),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc']
    })
    if (child.pid !== undefined) onStart(child.pid)
    // A message that can not be delivered is told by the exit that follows.
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
