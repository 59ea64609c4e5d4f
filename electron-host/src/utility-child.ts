// Loaded first in a utility process: replaces Node's channel by `process.parentPort`.
import { EventEmitter } from 'node:events'
import { registerHooks } from 'node:module'
import { onlyBoringSsl } from './boringssl.ts'

class ParentPort extends EventEmitter {
  readonly #waiting: unknown[] = []
  readonly #send: (message: unknown) => void

  constructor(send: (message: unknown) => void) {
    super()
    this.#send = send
    process.on('message', (data) => {
      if (this.listenerCount('message') > 0) this.emit('message', { data, ports: [] })
      else this.#waiting.push(data)
    })
    process.on('disconnect', () => process.exit(0)) // the app is gone
  }
  /** Messages wait for their first listener. */
  override on(event: string, listener: (...args: unknown[]) => void): this {
    super.on(event, listener)
    if (event === 'message')
      for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] })
    return this
  }
  postMessage(message: unknown): void {
    this.#send(message)
  }
}

const send = process.send!.bind(process)
const parentPort = new ParentPort((message) => void send(message))
onlyBoringSsl()
Object.assign(process, { parentPort, type: 'utility', send: undefined })

registerHooks({
  resolve(specifier, context, next) {
    if (/^electron(\/|$)/.test(specifier)) {
      throw new Error('electron host: electron in a utility process is not implemented')
    }
    return next(specifier, context)
  }
})
