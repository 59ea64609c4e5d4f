// The world a sandboxed preload runs in. Sent to Chromium with toString(), so nothing from outside itself is used.
import type { codec } from './codec.ts'
import type { bridge, travel } from './context-bridge.ts'

type Listener = (event: object, ...args: unknown[]) => void
type Message = { id?: number; value?: unknown; error?: string; channel?: string; args?: unknown[] }

/** Returns ipcRenderer, and the function with which the host delivers a message to it. */
export function makeIpcRenderer(send: (message: object) => void, decode: (text: string) => unknown) {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, Listener[]>()
  let nextId = 1
  const add = (channel: string, listener: Listener) => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
    return ipcRenderer
  }
  const remove = (channel: string, listener: Listener) => {
    const list = listeners.get(channel) ?? []
    const index = list.lastIndexOf(listener)
    if (index !== -1) listeners.set(channel, list.toSpliced(index, 1))
    return ipcRenderer
  }
  const ipcRenderer: object = {
    invoke: (channel: string, ...args: unknown[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const id = nextId++
        send({ id, channel, args })
        waiting.set(id, { resolve, reject })
      }),
    send: (channel: string, ...args: unknown[]): void => send({ channel, args }),
    on: add,
    addListener: add,
    off: remove,
    removeListener: remove
  }
  const deliver = (text: string): void => {
    const { id, value, error, channel, args } = decode(text) as Message
    if (id === undefined) {
      const event = { sender: ipcRenderer, senderId: 0, ports: [] }
      for (const listener of listeners.get(channel!) ?? []) listener(event, ...args!)
      return
    }
    const { resolve, reject } = waiting.get(id)!
    waiting.delete(id)
    if (error === undefined) resolve(value)
    else reject(new Error(error))
  }
  return { ipcRenderer, deliver }
}

/** Provides `require('electron')` for a sandboxed preload, then runs the preload itself. */
export function preloadWorld(
  config: { channel: string; binding: string; deliver: string; process: object },
  parts: {
    codec: typeof codec
    travel: typeof travel
    bridge: typeof bridge
    makeIpcRenderer: typeof makeIpcRenderer
  },
  preload: (...args: unknown[]) => void
): void {
  if (window !== window.top) return // no preload in sub-frames
  const scope = globalThis as unknown as Record<string, unknown>
  const binding = scope[config.binding] as (payload: string) => void
  delete scope[config.binding]
  const { encode, decode } = parts.codec()
  const { expose } = parts.bridge(config.channel, 'preload', parts.travel)
  const { ipcRenderer, deliver } = parts.makeIpcRenderer((message) => binding(encode(message)), decode)
  scope[config.deliver] = deliver

  const guarded = (name: string, members: object): object =>
    new Proxy(members, {
      get(target, key) {
        if (typeof key === 'string' && !(key in target) && !['then', '__esModule'].includes(key)) {
          throw new Error(`electron host: ${name}.${key} is not implemented`)
        }
        return Reflect.get(target, key) as unknown
      }
    })
  const electron = {
    contextBridge: guarded('contextBridge', { exposeInMainWorld: expose }),
    ipcRenderer: guarded('ipcRenderer', ipcRenderer)
  }
  const require = (name: string): object => {
    if (/^electron(\/(renderer|common))?$/.test(name)) return guarded('electron', electron)
    throw new Error(`module not found: ${name}`)
  }
  const module = { exports: {} }
  preload(require, module, module.exports, config.process)
}
