import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { openHelperChannel } from './helper-channel.ts'
import type { HelperRequest } from './helper-protocol.ts'

const request: HelperRequest = { id: 1, op: 'hello' }
const reply = { id: 1, ok: true, value: true } as const

class FakeHost extends EventEmitter {
  readonly sent: unknown[] = []

  send(message: unknown): void {
    this.sent.push(message)
  }

  postMessage(message: unknown): void {
    this.sent.push(message)
  }
}

test('In a forked process the helper hears requests, answers, and notices the end', () => {
  const host = new FakeHost()
  const channel = openHelperChannel(host)
  const heard: unknown[] = []
  channel.onRequest((message) => heard.push(message))
  channel.onEnd(() => heard.push('end'))
  host.emit('message', request)
  channel.send(reply)
  host.emit('disconnect')
  expect([heard, host.sent]).toEqual([[request, 'end'], [reply]])
})

test('In Electron’s utility process it hears requests in their envelope, and answers', () => {
  const port = new FakeHost()
  const channel = openHelperChannel(Object.assign(new EventEmitter(), { parentPort: port }))
  const heard: unknown[] = []
  channel.onRequest((message) => heard.push(message))
  port.emit('message', { data: request, ports: [] })
  channel.send(reply)
  expect([heard, port.sent]).toEqual([[request], [reply]])
})
