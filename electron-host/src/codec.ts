// The wire format of IPC. The function is also sent to Chromium as text, so it uses nothing from outside.

/**
 * Encodes as tagged JSON what structured clone carries and JSON does not; throws Electron's message for a
 * value that fits neither.
 */
export function codec() {
  type Tagged = { $?: string; v?: never }
  const toBytes = (value: ArrayBuffer | ArrayBufferView): Uint8Array =>
    value instanceof ArrayBuffer
      ? new Uint8Array(value)
      : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  const encodeObject = (value: object): unknown => {
    if (Array.isArray(value)) return value.map(encode)
    if (value instanceof Date) return { $: 'date', v: value.getTime() }
    if (value instanceof Map) return { $: 'map', v: [...value].map(([k, v]) => [encode(k), encode(v)]) }
    if (value instanceof Set) return { $: 'set', v: [...value].map(encode) }
    if (value instanceof Error) return { $: 'error', v: [value.name, value.message, value.stack] }
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      let text = ''
      for (const byte of toBytes(value)) text += String.fromCharCode(byte)
      return { $: value instanceof ArrayBuffer ? 'buffer' : 'bytes', v: btoa(text) }
    }
    const plain: Record<string, unknown> = {}
    for (const [key, item] of Object.entries(value)) plain[key] = encode(item)
    return '$' in plain ? { $: 'object', v: plain } : plain
  }
  const encode = (value: unknown): unknown => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (value === undefined) return { $: 'undefined' }
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) }
    if (typeof value === 'number') {
      if (Object.is(value, -0)) return { $: 'number', v: '-0' }
      return Number.isFinite(value) ? value : { $: 'number', v: String(value) }
    }
    if (typeof value !== 'object' || value instanceof Promise)
      throw new Error('An object could not be cloned.')
    return encodeObject(value)
  }
  const decodePlain = (object: object): object =>
    Object.fromEntries(Object.entries(object).map(([key, item]) => [key, decode(item)]))
  const readBytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const readers: Record<string, (v: never) => unknown> = {
    object: decodePlain,
    undefined: () => undefined,
    number: Number,
    bigint: BigInt,
    date: (v: number) => new Date(v),
    map: (v: unknown[]) => new Map(v.map(decode) as [unknown, unknown][]),
    set: (v: unknown[]) => new Set(v.map(decode)),
    error: (v: string[]) => Object.assign(new Error(v[1]), { name: v[0], stack: v[2] }),
    bytes: readBytes,
    buffer: (v: string) => readBytes(v).buffer
  }
  const decode = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map(decode)
    const { $, v } = value as Tagged
    return $ === undefined ? decodePlain(value) : readers[$]?.(v as never)
  }
  return {
    encode: (value: unknown): string => JSON.stringify(encode(value)),
    decode: (text: string): unknown => decode(JSON.parse(text))
  }
}
