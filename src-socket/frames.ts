/**
 * A frame of the socket: four bytes that give the length of the rest (big-endian), one byte that gives its
 * kind, then the payload.
 */
export type Frame =
  /** A JSON value. */
  | { readonly kind: 'message'; readonly value: unknown }
  /** A piece of a body. */
  | { readonly kind: 'data'; readonly bytes: Buffer }
  /** The end of a body. */
  | { readonly kind: 'end' }
  /** The client wants the request under way to stop. */
  | { readonly kind: 'cancel' }

const kinds = ['message', 'data', 'end', 'cancel'] as const
const HEAD = 5
/** Largest payload in bytes. */
export const LARGEST_PAYLOAD = 256 * 1024
/** Largest answer as JSON, in bytes; one that does not fit a frame comes as a body. */
export const LARGEST_ANSWER = 64 * 1024 * 1024

/** The other side broke the rules of frames. Its message is fixed text. */
export class FrameFault extends Error {
  override readonly name = 'FrameFault'
}

/** The first five bytes of a frame. */
export function frameHead(kind: Frame['kind'], length: number): Buffer {
  const head = Buffer.allocUnsafe(HEAD)
  head.writeUInt32BE(length + 1, 0)
  head.writeUInt8(kinds.indexOf(kind), 4)
  return head
}

/** A whole frame with a JSON value. Throws FrameFault if the JSON is larger than a payload may be. */
export function messageFrame(value: unknown): Buffer {
  const payload = Buffer.from(JSON.stringify(value))
  if (payload.length > LARGEST_PAYLOAD) throw new FrameFault('A message is too long for one frame.')
  return Buffer.concat([frameHead('message', payload.length), payload])
}

const NOTHING = Buffer.alloc(0)

/** Takes frames out of bytes that come in pieces of any size. Keeps none of the pieces, so that they can be used again. */
export class FrameReader {
  readonly #head = Buffer.alloc(HEAD)
  #headLength = 0
  /** Kind of the frame whose payload comes; null: its head is not complete. */
  #kind: Frame['kind'] | null = null
  #payload = NOTHING
  #payloadLength = 0

  /**
   * Returns the frames that are complete now, in their order. Throws FrameFault for a length of zero or beyond
   * the limit, an unknown kind, a payload where there must be none, and text that is not JSON in UTF-8; the
   * reader can not be used after that.
   */
  push(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = []
    for (let at = 0; at < bytes.length;) {
      at += this.#kind === null ? this.#takeHead(bytes, at) : this.#takePayload(bytes, at)
      if (this.#kind !== null && this.#payloadLength === this.#payload.length) {
        frames.push(frameOf(this.#kind, this.#payload))
        this.#headLength = 0
        this.#kind = null
        this.#payload = NOTHING
        this.#payloadLength = 0
      }
    }
    return frames
  }

  /** True if the bytes so far end within a frame. */
  get isWithinFrame(): boolean {
    return this.#headLength > 0
  }

  /** Returns the number of bytes that it took. */
  #takeHead(bytes: Uint8Array, at: number): number {
    const part = bytes.subarray(at, at + HEAD - this.#headLength)
    this.#head.set(part, this.#headLength)
    this.#headLength += part.length
    if (this.#headLength < HEAD) return part.length
    const length = this.#head.readUInt32BE(0) - 1
    if (length < 0 || length > LARGEST_PAYLOAD) throw new FrameFault('A frame has a wrong length.')
    const kind = kinds[this.#head.readUInt8(4)]
    if (kind === undefined) throw new FrameFault('A frame is of an unknown kind.')
    this.#kind = kind
    this.#payload = Buffer.allocUnsafe(length)
    return part.length
  }

  #takePayload(bytes: Uint8Array, at: number): number {
    const part = bytes.subarray(at, at + this.#payload.length - this.#payloadLength)
    this.#payload.set(part, this.#payloadLength)
    this.#payloadLength += part.length
    return part.length
  }
}

function frameOf(kind: Frame['kind'], payload: Buffer): Frame {
  if (kind === 'data') return { kind, bytes: payload }
  if (kind === 'message') return { kind, value: jsonFrom(payload) }
  if (payload.length > 0) throw new FrameFault('A frame has a payload that does not belong there.')
  return { kind }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function jsonFrom(payload: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(payload)) as unknown
  } catch {
    throw new FrameFault('A message is not JSON.')
  }
}

/** The notice to a client whose request waits for the vault to be unlocked. */
export const WAITS_FOR_LOCK = { waits: 'lock' } as const

/** True if the notice says that the request waits for the vault to be unlocked. */
export const isWaitingForLock = (notice: unknown): boolean =>
  (notice as { readonly waits?: unknown } | null)?.waits === WAITS_FOR_LOCK.waits
