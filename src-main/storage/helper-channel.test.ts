import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { openHelperChannel } from './helper-channel.ts'
import type { HelperHost } from './helper-channel.ts'
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

test.each([
  ['a forked process', 'disconnect', (inner: FakeHost): HelperHost => inner, (message: unknown) => message],
  [
    'Electron’s utility process',
    'close',
    (inner: FakeHost): HelperHost => Object.assign(new EventEmitter(), { parentPort: inner }),
    (message: unknown) => ({ data: message, ports: [] })
  ]
])('In %s the helper hears requests, answers, and notices the end', (_name, end, hostOf, wrapped) => {
  const inner = new FakeHost()
  const channel = openHelperChannel(hostOf(inner))
  const heard: unknown[] = []
  channel.onRequest((message) => heard.push(message))
  channel.onEnd(() => heard.push('end'))
  inner.emit('message', wrapped(request))
  channel.send(reply)
  inner.emit(end)
  expect(heard).toEqual([request, 'end'])
  expect(inner.sent).toEqual([reply])
})
