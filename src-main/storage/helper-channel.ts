import type { HelperChannel, HelperReply, HelperRequest } from './helper-protocol.ts'

/** The part of Electron's `process.parentPort` that is used. */
type ParentPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

/** The helper's end: Electron's parent port where there is one, else the channel of `child_process.fork`. */
export function openHelperChannel(): HelperChannel {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort
  return port ? electronChannel(port) : forkChannel()
}

function electronChannel(port: ParentPort): HelperChannel {
  return {
    send: (reply) => port.postMessage(reply),
    onRequest: (listener) => void port.on('message', ({ data }) => listener(data as HelperRequest)),
    onEnd: (listener) => void port.on('close', listener)
  }
}

function forkChannel(): HelperChannel {
  return {
    send: (reply: HelperReply) => void process.send?.(reply),
    onRequest: (listener) => void process.on('message', (message) => listener(message as HelperRequest)),
    onEnd: (listener) => void process.on('disconnect', listener)
  }
}
