import { describe, expect, it } from 'vitest'
import { hardenProcess, openerOf, type SystemCalls } from './process-hardening.ts'

/** A process whose flag can be read. */
function fakeProcess() {
  let dumpable = 1
  const calls: SystemCalls = {
    setDumpable: (value) => ((dumpable = value), 0),
    setCoreLimit: () => 0
  }
  return { calls, isOpen: () => dumpable === 1 }
}

describe('a hardened process', () => {
  it('is open while a task runs, and closed after it', async () => {
    const { calls, isOpen } = fakeProcess()
    hardenProcess(calls)
    expect(isOpen()).toBe(false)
    expect(await openerOf(calls)(async () => isOpen())).toBe(true)
    expect(isOpen()).toBe(false)
  })

  it('is closed again when the task fails', async () => {
    const { calls, isOpen } = fakeProcess()
    hardenProcess(calls)
    const whileOpen = openerOf(calls)
    await expect(whileOpen(() => Promise.reject(new Error('no display')))).rejects.toThrow('no display')
    const atOnce = whileOpen(() => {
      throw new Error('not ready')
    })
    await expect(atOnce).rejects.toThrow('not ready')
    expect(isOpen()).toBe(false)
  })

  it('stays open to the end of the last of two tasks that overlap', async () => {
    const { calls, isOpen } = fakeProcess()
    hardenProcess(calls)
    const whileOpen = openerOf(calls)
    const first = Promise.withResolvers<void>()
    const second = Promise.withResolvers<void>()
    const firstDone = whileOpen(() => first.promise)
    const secondDone = whileOpen(() => second.promise)
    first.resolve()
    await firstDone
    expect(isOpen()).toBe(true)
    second.resolve()
    await secondDone
    expect(isOpen()).toBe(false)
  })
})

describe('a process that was left open', () => {
  it('is not closed by a task', async () => {
    expect(await openerOf(null)(async () => 'chosen')).toBe('chosen')
  })
})
