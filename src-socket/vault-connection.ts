import { FrameChannel } from './frame-channel.ts'
import { type Frame, isWaitingForLock, LARGEST_ANSWER } from './frames.ts'
import { challengeFrom, hello as newHello, isProof, proofOf, PROTOCOL_VERSIONS } from './handshake.ts'
import type { Problem } from '#shared/problem.ts'

/** The vault refused something, or the connection to it failed. `problem` has the code and the sentence. */
export class VaultRefusal extends Error {
  override readonly name = 'VaultRefusal'
  readonly problem: Pick<Problem, 'code' | 'message'>
  /** True: the vault has not begun the request, because it ends or is full; it can be asked for again. */
  readonly isNotBegun: boolean
  /** True: the connection ended without a word. */
  readonly isLost: boolean

  constructor(problem: Pick<Problem, 'code' | 'message'>, isNotBegun = false, isLost = false) {
    super(problem.message)
    this.problem = problem
    this.isNotBegun = isNotBegun
    this.isLost = isLost
  }
}

/** The client's name at the vault, and the secret that both have. */
export type Identity = { readonly client: string; readonly secret: Uint8Array }

/** Longest time in milliseconds for the vault to prove itself. */
const HANDSHAKE_MS = 10_000

export type StreamAnswer = { readonly value: unknown; readonly body: AsyncIterable<Uint8Array> | null }

export type StreamOptions = {
  /** The body of the request. It is not read before the vault has asked for it. */
  readonly body?: AsyncIterable<Uint8Array>
  /** Called with what the vault tells while the request waits. */
  readonly onNotice?: (notice: unknown) => void
}

/** A connection that has proved both sides to each other. One request at a time. */
export class VaultConnection {
  #channel: FrameChannel
  /** Read ahead by one frame: a vault that ends says so between two requests, too. */
  #next: Promise<Frame | null>
  #reopen: (() => Promise<VaultConnection>) | null = null
  #onLocked: () => void = () => undefined
  /** Rises when a request begins, is cancelled or is answered: the rest of its body is not sent after that. */
  #turn = 0

  private constructor(channel: FrameChannel) {
    this.#channel = channel
    this.#next = nextOf(channel)
  }

  /**
   * Connects and shakes hands. Nothing but the name of the client and a random number is sent before the vault
   * has proved itself. Rejects with the system's error if nobody listens, and with VaultRefusal, also if the
   * vault has not proved itself after `handshakeMs` milliseconds.
   */
  static async open(path: string, identity: Identity, handshakeMs = HANDSHAKE_MS): Promise<VaultConnection> {
    const channel = await FrameChannel.connect(path)
    const late = setTimeout(() => channel.destroy(), handshakeMs)
    try {
      await shakeHands(channel, identity)
    } catch (error) {
      channel.destroy()
      throw error instanceof VaultRefusal && error.isLost ? new VaultRefusal(error.problem, true) : error
    } finally {
      clearTimeout(late)
    }
    return new VaultConnection(channel)
  }

  /** Asks for something that has no body. Rejects with VaultRefusal. */
  async ask(request: string, ...args: readonly unknown[]): Promise<unknown> {
    return (await this.stream(request, args)).value
  }

  /**
   * Asks for something that may have a body in either direction; a large value is read whole. The body of the answer has to be read to its
   * end before the next request. Rejects with VaultRefusal, also out of the body.
   */
  async stream(
    request: string,
    args: readonly unknown[],
    options: StreamOptions = {}
  ): Promise<StreamAnswer> {
    for (;;) {
      try {
        return await this.#streamOnce(request, args, options)
      } catch (error) {
        if (!(error instanceof VaultRefusal) || !error.isNotBegun || this.#reopen === null) throw error
        const other = await this.#reopen()
        this.#channel = other.#channel
        this.#next = other.#next
      }
    }
  }

  /**
   * From now on a request that a vault has not begun, because it hands its home over, is sent to the vault that
   * `reopen` connects to.
   */
  followTo(reopen: () => Promise<VaultConnection>): this {
    this.#reopen = reopen
    return this
  }

  /** From now on `onLocked` is called whenever a request waits for the vault to be unlocked. */
  whenLocked(onLocked: () => void): this {
    this.#onLocked = onLocked
    return this
  }

  async #streamOnce(
    request: string,
    args: readonly unknown[],
    options: StreamOptions
  ): Promise<StreamAnswer> {
    const turn = (this.#turn += 1)
    await this.#send(request, args)
    for (;;) {
      const answer = (await this.#message()) as {
        readonly go?: true
        readonly notice?: unknown
        readonly value?: unknown
        readonly hasBody?: boolean
        /** True: the value is too large for a frame and comes as a body of JSON. */
        readonly isInBody?: boolean
      }
      if (isWaitingForLock(answer.notice)) this.#onLocked()
      else if (answer.notice !== undefined) options.onNotice?.(answer.notice)
      else if (answer.go === true) void this.#sendBody(options.body, turn)
      else if (answer.isInBody === true) return { value: await this.#valueInBody(), body: null }
      else if (answer.hasBody === true) return { value: answer.value, body: this.#bodyOf() }
      else {
        this.#turn += 1
        return { value: answer.value, body: null }
      }
    }
  }

  /** Ends the request under way; nothing more of its body is sent. */
  async cancel(): Promise<void> {
    this.#turn += 1
    await this.#channel.sendCancel()
  }

  /** Ends the connection when what was written is sent. The process does not wait for the vault's own end. */
  close(): void {
    this.#channel.close()
    this.#channel.release()
  }

  destroy(): void {
    this.#channel.destroy()
  }

  async #send(request: string, args: readonly unknown[]): Promise<void> {
    try {
      await this.#channel.send({ request, args })
    } catch {
      throw new VaultRefusal({ code: 'INVALID_REQUEST', message: 'The request is too long.' })
    }
  }

  async #sendBody(body: AsyncIterable<Uint8Array> | undefined, turn: number): Promise<void> {
    const isOver = (): boolean => turn !== this.#turn || this.#channel.isClosed
    try {
      for await (const bytes of body ?? []) {
        await this.#channel.sendData(bytes, isOver)
        if (isOver()) return
      }
      if (!isOver()) await this.#channel.sendEnd()
    } catch {
      if (!isOver()) await this.#channel.sendCancel() // the body can not be read to its end
    }
  }

  async *#bodyOf(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const frame = await this.#frame()
      if (frame?.kind === 'data') yield frame.bytes
      else {
        this.#turn += 1
        if (frame?.kind === 'end') return
        throw refusalIn(frame)
      }
    }
  }

  async #valueInBody(): Promise<unknown> {
    const pieces: Uint8Array[] = []
    let length = 0
    for await (const bytes of this.#bodyOf()) {
      length += bytes.length
      if (length > LARGEST_ANSWER) {
        this.destroy()
        throw lost('PROTOCOL_MISMATCH')
      }
      pieces.push(bytes)
    }
    try {
      return JSON.parse(Buffer.concat(pieces).toString()) as unknown
    } catch {
      throw lost('PROTOCOL_MISMATCH')
    }
  }

  async #message(): Promise<object> {
    const frame = await this.#frame()
    const value = frame?.kind === 'message' ? frame.value : null
    const { ok } = (value ?? {}) as { readonly ok?: unknown }
    if (typeof value !== 'object' || value === null || ok === false || isBye(frame)) {
      this.#turn += 1
      throw refusalIn(frame)
    }
    return value
  }

  async #frame(): Promise<Frame | null> {
    const frame = await this.#next
    this.#next = nextOf(this.#channel)
    return frame
  }
}

/**
 * The next frame; null: the connection is lost, or the other side broke the rules of frames. A vault that ends
 * waits until its clients have closed their ends.
 */
async function nextOf(channel: FrameChannel): Promise<Frame | null> {
  const frame = await channel.next().catch(() => null)
  if (frame === null || isBye(frame)) channel.close()
  return frame
}

const isBye = (frame: Frame | null): boolean =>
  frame?.kind === 'message' && (frame.value as { bye?: unknown } | null)?.bye === true

async function shakeHands(channel: FrameChannel, { client, secret }: Identity): Promise<void> {
  const hello = newHello(client)
  await channel.send(hello)
  const frame = await nextOf(channel)
  const challenge = frame?.kind === 'message' ? challengeFrom(frame.value) : null
  if (challenge === null) throw refusalIn(frame)
  const { version, nonce } = challenge
  if (!PROTOCOL_VERSIONS.includes(version)) throw lost('PROTOCOL_MISMATCH')
  const handshake = { hello, version, serverNonce: nonce }
  if (!isProof(challenge.proof, proofOf('server', secret, handshake))) throw notTheVault()
  await channel.send({ proof: proofOf('client', secret, handshake) })
  const ready = await nextOf(channel)
  const value = ready?.kind === 'message' ? (ready.value as { ready?: unknown } | null) : null
  if (value?.ready !== true) throw refusalIn(ready)
}

/** The problem in a frame; a lost connection if there is none. */
function refusalIn(frame: Frame | null): VaultRefusal {
  const value = frame?.kind === 'message' ? (frame.value as { problem?: unknown } | null) : null
  const { code, message } = (value?.problem ?? {}) as Partial<Problem>
  if (typeof code === 'string' && typeof message === 'string')
    return new VaultRefusal({ code, message }, isBye(frame))
  const { problem } = lost('BROKER_UNREACHABLE')
  return new VaultRefusal(problem, isBye(frame), frame === null)
}

function lost(code: 'BROKER_UNREACHABLE' | 'PROTOCOL_MISMATCH'): VaultRefusal {
  const message =
    code === 'PROTOCOL_MISMATCH'
      ? 'This client and Latchkey speak different versions. Update both.'
      : 'The connection to Latchkey was lost before the answer was complete.'
  return new VaultRefusal({ code, message })
}

function notTheVault(): VaultRefusal {
  return new VaultRefusal({
    code: 'BROKER_UNREACHABLE',
    message: 'Another program answers at the place of Latchkey’s socket. Nothing was sent to it.'
  })
}
