import { EventEmitter } from 'node:events'
import type { App } from 'electron'
import { expect, it, vi } from 'vitest'
import { guardWebContents } from './web-contents-guard.ts'

it('shows no page a certificate of the person: Electron would choose the first by itself', () => {
  const app = new EventEmitter()
  guardWebContents(app as unknown as App, () => true)
  const event = { preventDefault: vi.fn() }
  const choose = vi.fn()
  app.emit('select-client-certificate', event, {}, 'https://evil.example', [{ subjectName: 'Alice' }], choose)
  expect(event.preventDefault).toHaveBeenCalledOnce()
  expect(choose.mock.calls).toEqual([[]])
})
