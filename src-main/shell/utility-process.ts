import { utilityProcess } from 'electron'

/** A helper process of Electron's own: fuses switch `child_process.fork` of the packaged binary off. */
export function forkUtility(modulePath: string, serviceName: string, env: Record<string, string>) {
  const child = utilityProcess.fork(modulePath, [], { serviceName, env, stdio: 'ignore' })
  return {
    send: (message: unknown): void => child.postMessage(message),
    onMessage: (listener: (message: unknown) => void): void => void child.on('message', listener),
    onExit: (listener: () => void): void => void child.on('exit', listener),
    kill: (): void => void child.kill()
  }
}
