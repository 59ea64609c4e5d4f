import { once } from 'node:events'
import { connect, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Frame, frameHead, FrameFault, FrameReader, LARGEST_PAYLOAD, messageFrame } from './frames.ts'

/** Bytes that a channel takes from the system at once, and those that may wait for it. */
const MOST_READ = 64 * 1024
const MOST_WAITING = 256 * 1024

/**
 * Frames over one socket, with back-pressure in both directions: what is not read stays with the sender. What is sent in
 * one turn of the event loop goes to the system at its end, together.
 */
export class FrameChannel {
  readonly #socket: Duplex
  readonly #reader = new FrameReader()
  readonly #ready: Frame[] = []
  #wake: (() => void) | null = null
  #fault: Error | null = null
  #isEnded = false
  #isGathering = false

  constructor(socket: Duplex) {
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    socket.on('error', () => this.#end(null))
    socket.on('end', () => this.#end(this.#reader.isWithinFrame ? cutOff() : null))
    socket.on('close', () => this.#end(null))
  }

  /**
   * Connects to a socket. What comes in is read into one buffer that is used again, so that a long body leaves little
   * for the garbage collector. Rejects with the system's error if nobody listens.
   */
  static async connect(path: string): Promise<FrameChannel> {
    const callback = (count: number, buffer: Uint8Array): boolean => {
      channel.#receive(buffer.subarray(0, count))
      return true
    }
    const socket = connect({ path, onread: { buffer: Buffer.alloc(MOST_READ), callback } })
    const channel = new FrameChannel(socket)
    await once(socket, 'connect')
    return channel
  }

  /**
   * Resolves with the next frame. Null: the other side has closed the connection. Rejects with FrameFault
   * when it broke the rules of frames; the connection is then closed.
   */
  async next(): Promise<Frame | null> {
    while (this.#ready.length === 0) {
      if (this.#fault !== null) throw this.#fault
      if (this.#isEnded) return null
      this.#socket.resume()
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    return this.#ready.shift() ?? null
  }

  /** Sends a JSON value. Resolves when the system has room for more, or when the connection is gone. */
  async send(value: unknown): Promise<void> {
    await this.#write([messageFrame(value)])
  }

  /** Sends a piece of a body, of any length; stops between two frames once `isOver` says true. */
  async sendData(bytes: Uint8Array, isOver: () => boolean = () => false): Promise<void> {
    for (let at = 0; at < bytes.length && !isOver(); at += LARGEST_PAYLOAD) {
      const piece = bytes.subarray(at, at + LARGEST_PAYLOAD)
      await this.#write([frameHead('data', piece.length), piece])
    }
  }

  async sendEnd(): Promise<void> {
    await this.#write([frameHead('end', 0)])
  }

  async sendCancel(): Promise<void> {
    await this.#write([frameHead('cancel', 0)])
  }

  /** True once nothing can be sent or received any more. */
  get isClosed(): boolean {
    return this.#isEnded || this.#socket.destroyed
  }

  /** Sends what was written, then closes. */
  close(): void {
    this.#socket.end()
  }

  /** From now on the connection keeps no process alive that has nothing else to do; what was written is still sent. */
  release(): void {
    if (this.#socket instanceof Socket) this.#socket.unref()
  }

  /** Ends the connection at once; what the system did not take yet is lost. */
  destroy(): void {
    this.#flush()
    this.#socket.destroy()
  }

  async #write(pieces: readonly Uint8Array[]): Promise<void> {
    if (this.isClosed) return
    this.#gather()
    for (const piece of pieces) this.#socket.write(piece)
    if (this.#socket.writableLength < MOST_WAITING) return
    this.#flush()
    let goOn = (): void => undefined
    const room = new Promise<void>((resolve) => (goOn = resolve))
    this.#socket.once('drain', goOn).once('close', goOn)
    await room
    this.#socket.off('drain', goOn).off('close', goOn)
  }

  #gather(): void {
    if (this.#isGathering) return
    this.#isGathering = true
    this.#socket.cork()
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    if (!this.#isGathering) return
    this.#isGathering = false
    this.#socket.uncork()
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isEnded) return // a stream that is destroyed still gives what it has buffered
    try {
      this.#ready.push(...this.#reader.push(bytes))
    } catch (error) {
      this.#end(error as Error)
      this.#socket.destroy()
      return
    }
    if (this.#ready.length > 0) this.#socket.pause()
    this.#wakeUp()
  }

  #end(fault: Error | null): void {
    this.#fault ??= this.#isEnded ? null : fault
    this.#isEnded = true
    this.#wakeUp()
  }

  #wakeUp(): void {
    this.#wake?.()
    this.#wake = null
  }
}

function cutOff(): FrameFault {
  return new FrameFault('The connection ended within a frame.')
}
