import { Worker } from 'node:worker_threads'

// The worker runs beside a native call that blocks the main thread and can't get messages, so it polls.
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
 * Ends this process within moments of its parent's end, even while a hung native call blocks the main thread:
 * a prompt must not outlive the app that asked. Does not keep the process alive.
 */
export function endWithParent(parent: number = process.ppid, everyMs = 250): void {
  const worker = new Worker(watch, { eval: true, workerData: { parent, everyMs }, env: {} })
  // If the worker can't run, the channel's end still ends the process between two calls.
  worker.on('error', () => undefined)
  worker.unref()
}
