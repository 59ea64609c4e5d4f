// How Electron's native half calls the listeners of the app, and what it does with what they throw.
import type { EventEmitter } from 'node:events'
import { PreventableEvent } from './base.ts'

type Emitting<Event extends string> = EventEmitter & { on(event: Event, listener: () => void): unknown }

/**
 * Emits as Electron's C++ does: an exception keeps the listeners after it from being asked, becomes the uncaught
 * exception of the process, and is hidden from whoever emitted. So a listener that throws prevents nothing.
 * Source: electron/electron, shell/common/gin_helper/event_emitter_caller.cc.
 */
export function announce<Event extends string>(
  emitter: Emitting<Event>,
  event: NoInfer<Event>,
  ...args: unknown[]
): boolean {
  try {
    return emitter.emit(event, ...args)
  } catch (error) {
    reportUncaught(error)
    return true
  }
}

/** Makes it the uncaught exception of the process, and lets the caller go on. */
export function reportUncaught(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

/** Announces what listeners may prevent; true if one did. `fields` are the event's own, `args` what follows it. */
export function isPrevented<Event extends string>(
  emitter: Emitting<Event>,
  event: NoInfer<Event>,
  { fields = {}, args = [] }: { fields?: object; args?: unknown[] } = {}
): boolean {
  const details = new PreventableEvent(fields)
  announce(emitter, event, details, ...args)
  return details.defaultPrevented
}
