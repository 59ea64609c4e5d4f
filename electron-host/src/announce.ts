// Calls the listeners of the app as Electron's native half does, and handles their exceptions.
import type { EventEmitter } from 'node:events'
import { PreventableEvent } from './base.ts'

type Emitting<Event extends string> = EventEmitter & { on(event: Event, listener: () => void): unknown }

/**
 * Emits as Electron's C++ does: an exception stops the call of later listeners, becomes the uncaught
 * exception of the process, and is hidden from the emitter. So a listener that throws prevents nothing.
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

/** Makes the error the uncaught exception of the process, and lets the caller continue. */
export function reportUncaught(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

/** Announces what listeners may prevent; true if one did. `fields` are the event's own, `args` follow it. */
export function isPrevented<Event extends string>(
  emitter: Emitting<Event>,
  event: NoInfer<Event>,
  { fields = {}, args = [] }: { fields?: object; args?: unknown[] } = {}
): boolean {
  const details = new PreventableEvent(fields)
  announce(emitter, event, details, ...args)
  return details.defaultPrevented
}
