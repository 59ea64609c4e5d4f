import { Worker } from 'node:worker_threads'

// Runs beside a native call that blocks the main thread, so it can not be told: it looks.
const watch = `
  const { workerData } = require('node:worker_threads')
  const isAlive = () => {
    if (process.platform !== 'win32' && process.ppid !== workerData.parent) return false
    try {
      process.kill(workerData.parent, 0)
      return true
    } catch (error) {
      return error.code === 'EPERM'
    }
  }
  setInterval(() => { if (!isAlive()) process.kill(process.pid, 'SIGKILL') }, workerData.everyMs)
`

/**
 * Ends this process within moments of its parent's end, even while a native call that nobody answers holds the main
 * thread: a prompt must not outlive the app that asked. Does not keep the process alive.
 */
export function endWithParent(parent: number = process.ppid, everyMs = 250): void {
  const worker = new Worker(watch, { eval: true, workerData: { parent, everyMs }, env: {} })
  // Without the thread the channel's end still does it between two calls.
  worker.on('error', () => undefined)
  worker.unref()
}
