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

/** Takes frames out of bytes that come in pieces of any size. */
export class FrameReader {
  #pieces: Buffer[] = []
  #length = 0

  /**
   * Returns the frames that are complete now, in their order. Throws FrameFault for a length of zero or beyond
   * the limit, an unknown kind, a payload where there must be none, and text that is not JSON in UTF-8; the
   * reader can not be used after that.
   */
  push(bytes: Buffer): Frame[] {
    this.#pieces.push(bytes)
    this.#length += bytes.length
    const frames: Frame[] = []
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame)
    return frames
  }

  /** True if the bytes so far end within a frame. */
  get isWithinFrame(): boolean {
    return this.#length > 0
  }

  #next(): Frame | null {
    if (this.#length < HEAD) return null
    const head = this.#look(HEAD)
    const length = head.readUInt32BE(0) - 1
    if (length < 0 || length > LARGEST_PAYLOAD) throw new FrameFault('A frame has a wrong length.')
    const kind = kinds[head.readUInt8(4)]
    if (kind === undefined) throw new FrameFault('A frame is of an unknown kind.')
    if (this.#length < HEAD + length) return null
    const payload = this.#take(HEAD + length).subarray(HEAD)
    if (kind === 'data') return { kind, bytes: payload }
    if (kind === 'message') return { kind, value: jsonFrom(payload) }
    if (length > 0) throw new FrameFault('A frame has a payload that does not belong there.')
    return { kind }
  }

  /** Returns the first bytes and keeps them. */
  #look(count: number): Buffer {
    const [first] = this.#pieces
    if (first !== undefined && first.length >= count) return first
    const whole = Buffer.concat(this.#pieces)
    this.#pieces = [whole]
    return whole
  }

  #take(count: number): Buffer {
    const whole = this.#look(count)
    const taken = whole.subarray(0, count)
    this.#length -= count
    if (whole.length > count) this.#pieces[0] = whole.subarray(count)
    else this.#pieces.shift()
    return taken
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function jsonFrom(payload: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(payload)) as unknown
  } catch {
    throw new FrameFault('A message is not JSON.')
  }
}
