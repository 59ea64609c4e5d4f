// contextBridge. Both functions are sent to Chromium with toString(), so neither uses anything from outside itself.

type Message = {
  op: 'call' | 'return' | 'expose'
  id?: number
  args?: unknown[]
  value?: unknown
  error?: string
  key?: string
}

/** Encodes values between the two worlds of a frame: functions and promises as ids, the rest as a copy. */
export function travel(call: (id: number, args: unknown[]) => unknown) {
  const { ownKeys } = Reflect
  const functions = new Map<number, (...args: unknown[]) => unknown>()
  const keep = (fn: (...args: never[]) => unknown): number => {
    functions.set(functions.size, fn as (...args: unknown[]) => unknown)
    return functions.size - 1
  }
  const isPlain = (value: object): boolean => {
    const prototype: unknown = Object.getPrototypeOf(value)
    return prototype === null || Object.getPrototypeOf(prototype) === null
  }
  const encode = (value: unknown): unknown => {
    if (typeof value === 'function') return { __fn: keep(value as () => unknown) }
    if (value instanceof Promise) {
      return {
        __promise: keep((resolve: () => void, reject: () => void) => void value.then(resolve, reject))
      }
    }
    if (Array.isArray(value)) return value.map(encode)
    if (typeof value !== 'object' || value === null || !isPlain(value)) return value
    const own = ownKeys(value).map((key) => [key, encode((value as Record<string | symbol, unknown>)[key])])
    return Object.fromEntries(own)
  }
  const decode = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(decode)
    if (!isPlain(value)) return value
    const { __fn, __promise } = value as { __fn?: number; __promise?: number }
    if (__fn !== undefined) return (...args: unknown[]) => call(__fn, args)
    if (__promise !== undefined) return new Promise((resolve, reject) => call(__promise, [resolve, reject]))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]))
  }
  const freeze = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null && isPlain(value))
      Object.values(Object.freeze(value)).forEach(freeze)
    return value
  }
  return { encode, decode, freeze, run: (id: number, args: unknown[]) => functions.get(id)!(...args) }
}

/**
 * One end of contextBridge. The two worlds of a frame share DOM events only; a dispatched event runs the
 * other world's listener at once, and its `detail` is structured-cloned, so calls are synchronous here
 * as they are in Electron.
 */
export function bridge(channel: string, here: 'page' | 'preload', makeTravel: typeof travel) {
  const there = here === 'page' ? 'preload' : 'page'
  const { apply } = Reflect // taken before any page script could replace them
  const { addEventListener, dispatchEvent } = EventTarget.prototype
  const detailOf = Object.getOwnPropertyDescriptor(CustomEvent.prototype, 'detail')!.get!
  const DetailEvent = CustomEvent
  const replies: Message[] = []

  const post = (detail: Message): void =>
    void apply(dispatchEvent, window, [new DetailEvent(`${channel}:${there}`, { detail })])
  const call = (id: number, args: unknown[]): unknown => {
    const depth = replies.length
    post({ op: 'call', id, args: args.map(encode) })
    const reply = replies.splice(depth).at(-1)
    if (reply === undefined) throw new Error('An object could not be cloned.')
    if (reply.error !== undefined) throw new Error(reply.error)
    return decode(reply.value)
  }
  const { encode, decode, freeze, run } = makeTravel(call)
  const answer = (message: Message): Message => {
    try {
      return { op: 'return', value: encode(run(message.id!, decode(message.args) as unknown[])) }
    } catch (error) {
      return { op: 'return', error: error instanceof Error ? error.message : String(error) }
    }
  }
  const receive = (event: Event): void => {
    const message = apply(detailOf, event, []) as Message | null
    if (message === null) return
    if (message.op === 'return') return void replies.push(message)
    if (message.op === 'call') return post(answer(message))
    const value = freeze(decode(message.value))
    Object.defineProperty(window, message.key!, { value, enumerable: true })
  }
  apply(addEventListener, window, [`${channel}:${here}`, receive])
  return { expose: (key: string, value: unknown): void => post({ op: 'expose', key, value: encode(value) }) }
}
