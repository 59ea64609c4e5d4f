// Shared by all objects of the host for the app: a missing member throws and is never undefined.
import { EventEmitter } from 'node:events'

/** Names that the language, the inspector or a test runner reads of every object, and macOS's `dock`. */
const ASKED_OF_EVERYTHING = new Set([
  'then',
  'toJSON',
  'inspect',
  'domain',
  'nodeType',
  'asymmetricMatch',
  '$$typeof',
  'tagName',
  'dock'
])

function refusing<T extends object>(members: T, nameOf: (receiver: object) => string): T {
  return new Proxy(members, {
    get(target, key, receiver: object) {
      if (typeof key === 'string' && !(key in target) && !ASKED_OF_EVERYTHING.has(key)) {
        throw new Error(`electron host: ${nameOf(receiver)}.${key} is not implemented`)
      }
      return Reflect.get(target, key, receiver) as unknown
    }
  })
}

const className = (receiver: object): string => receiver.constructor.name

// oxlint-disable-next-line typescript/no-explicit-any -- as EventEmitter's own
type Listener = (...args: any[]) => void

/**
 * An EventEmitter that throws, instead of returning undefined, for a member that the host does not have.
 * `Event`: the events it emits. An app compiled against the host (tsconfig.host.json) can listen to no
 * others.
 */
export class HostObject<Event extends string = never> extends EventEmitter {
  override on(event: Event, listener: Listener): this {
    return super.on(event, listener)
  }
  override once(event: Event, listener: Listener): this {
    return super.once(event, listener)
  }
}
Object.setPrototypeOf(HostObject.prototype, refusing(EventEmitter.prototype, className))

/**
 * Events that an app may listen to and the host never emits. The package's README names for each the check
 * that replaces it; test/unit/electron-events.test.ts compares the two.
 */
export type Silent<Event extends string> = Event

/** The same for an object without events. */
// oxlint-disable-next-line typescript/no-extraneous-class -- its prototype is the point
export class HostValue {}
Object.setPrototypeOf(HostValue.prototype, refusing(Object.prototype, className))

/** The same for a module that is one plain object. */
export function guarded<T extends object>(name: string, members: T): T {
  return refusing(members, () => name)
}

/** The first argument that Electron passes to a listener. */
export class PreventableEvent {
  defaultPrevented = false
  constructor(fields: object = {}) {
    Object.assign(this, fields)
  }
  preventDefault(): void {
    this.defaultPrevented = true
  }
}
