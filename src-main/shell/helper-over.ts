import type { UtilityProcess } from 'electron'

/** The used part of Electron's child process. */
type Child = Pick<UtilityProcess, 'on' | 'once' | 'pid' | 'postMessage' | 'kill'>

/** Electron's utility process as the keychain's `HelperProcess`; `https://www.electronjs.org/docs/latest/api/utility-process`. */
export function helperOver(child: Child) {
  // An `error` without a listener would be an exception of the vault process. The exit that follows is
  // enough, and the report that comes with it must not be shown.
  child.on('error', () => undefined)
  return {
    send: (message: unknown): void => child.postMessage(message),
    onMessage: (listener: (message: unknown) => void): void => void child.on('message', listener),
    onExit: (listener: () => void): void => void child.once('exit', listener),
    kill: (): void => {
      // Before it has spawned there is no process yet, and Electron's `kill` does nothing.
      if (child.pid === undefined) child.once('spawn', () => child.kill())
      else child.kill()
    }
  }
}
