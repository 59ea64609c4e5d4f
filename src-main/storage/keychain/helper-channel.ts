import type { HelperChannel, HelperReply, HelperRequest } from './helper-protocol.ts'

/** The part of Electron's `process.parentPort` that is used. */
type ParentPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
}

/**
 * The helper process's view of its parent: a port in Electron's utility process, a channel in a forked one.
 */
export type HelperHost = {
  readonly parentPort?: ParentPort | undefined
  readonly send?: ((message: unknown) => unknown) | undefined
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

/**
 * Opens the helper's end: Electron's parent port where there is one, else the channel of
 * `child_process.fork`.
 */
export function openHelperChannel(host: HelperHost): HelperChannel {
  return host.parentPort ? electronChannel(host.parentPort) : forkChannel(host)
}

function electronChannel(port: ParentPort): HelperChannel {
  return {
    send: (reply) => port.postMessage(reply),
    onRequest: (listener) => void port.on('message', ({ data }) => listener(data as HelperRequest)),
    // Chromium ends a utility process together with its parent.
    onEnd: () => undefined
  }
}

function forkChannel(host: HelperHost): HelperChannel {
  return {
    send: (reply: HelperReply) => void host.send?.(reply),
    onRequest: (listener) => void host.on('message', (message) => listener(message as HelperRequest)),
    onEnd: (listener) => void host.on('disconnect', listener)
  }
}
