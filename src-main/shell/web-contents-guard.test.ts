import { EventEmitter } from 'node:events'
import type { App } from 'electron'
import { expect, it, vi } from 'vitest'
import { guardWebContents } from './web-contents-guard.ts'

it('refuses every step of a page whose rule can not be asked', () => {
  const app = new EventEmitter()
  guardWebContents(app as unknown as App, () => {
    throw new TypeError('gone')
  })
  const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: vi.fn() })
  app.emit('web-contents-created', {}, contents)
  for (const step of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
    const event = { url: 'https://evil.example/', preventDefault: vi.fn() }
    expect(() => contents.emit(step, event)).toThrow('gone')
    expect(event.preventDefault).toHaveBeenCalledOnce()
  }
})

it('shows no page a certificate of the person: Electron would choose the first on its own', () => {
  const app = new EventEmitter()
  guardWebContents(app as unknown as App, () => true)
  const event = { preventDefault: vi.fn() }
  const choose = vi.fn()
  app.emit('select-client-certificate', event, {}, 'https://evil.example', [{ subjectName: 'Alice' }], choose)
  expect(event.preventDefault).toHaveBeenCalledOnce()
  expect(choose.mock.calls).toEqual([[]])
})
