import { EventEmitter } from 'node:events'
import type { UtilityProcess } from 'electron'
import { expect, it, vi } from 'vitest'
import { helperOver } from './helper-over.ts'

/** A child process like Electron's: without a pid there is nothing to kill. */
class Child extends EventEmitter {
  pid: number | undefined
  readonly killed = vi.fn()
  readonly postMessage = vi.fn()
  kill(): boolean {
    if (this.pid === undefined) return false
    this.killed()
    return true
  }
  spawn(): void {
    this.pid = 4711
    this.emit('spawn')
  }
  end(): void {
    this.emit('exit', 0)
    this.pid = undefined
  }
}
const start = () => {
  const child = new Child()
  return { child, helper: helperOver(child as unknown as UtilityProcess) }
}

it('ends a helper that has not spawned yet as soon as it has', () => {
  const { child, helper } = start()
  helper.kill()
  expect(child.killed).not.toHaveBeenCalled()
  child.spawn()
  expect(child.killed).toHaveBeenCalledOnce()
})

it('ends a running helper at once, and does not end it twice', () => {
  const { child, helper } = start()
  child.spawn()
  helper.kill()
  expect(child.killed).toHaveBeenCalledOnce()
  child.end()
  helper.kill()
  expect(child.killed).toHaveBeenCalledOnce()
})

it('takes a fatal error of a helper for its end', () => {
  const { child, helper } = start()
  const ended = vi.fn()
  helper.onExit(ended)
  child.spawn()
  child.emit('error', 'FatalError', 'v8::Heap', '{"header":{}}')
  expect(ended).not.toHaveBeenCalled()
  child.end()
  expect(ended).toHaveBeenCalledOnce()
})

it('carries messages both ways', () => {
  const { child, helper } = start()
  const heard = vi.fn()
  helper.onMessage(heard)
  helper.send({ op: 'hello' })
  child.emit('message', 'hello')
  expect(child.postMessage.mock.calls).toEqual([[{ op: 'hello' }]])
  expect(heard.mock.calls[0]?.[0]).toBe('hello')
})
