import { setTimeout as sleep } from 'node:timers/promises'
import { type Problem, toProblem, VaultError } from '#shared/problem.ts'
import type { FrameChannel } from '../../src-socket/frame-channel.ts'
import { type Frame, LARGEST_ANSWER, LARGEST_PAYLOAD } from '../../src-socket/frames.ts'
import {
  helloFrom,
  isProof,
  newNonce,
  proofFrom,
  proofOf,
  PROTOCOL_VERSIONS
} from '../../src-socket/handshake.ts'
import type { Client, Peer } from '../core/use/client.ts'

/** What a handler knows of the one who asks. */
export type Caller = {
  readonly client: Client
  readonly peer: Peer
  /** Aborted when the client cancels the request or is gone. */
  readonly signal: AbortSignal
  /** Aborted when the connection has ended. */
  readonly gone: AbortSignal
  /**
   * Asks the client for the body and gives it. To be called at most once and begun before the answer: a client
   * sends no body before that.
   */
  readonly body: () => AsyncIterable<Uint8Array>
  /** Tells the client something while it waits for the answer. */
  readonly tell: (notice: unknown) => Promise<void>
}

/** Answer of a handler: a value, and a body if there is one. A body that fails ends the answer as a problem. */
export type SocketAnswer = { readonly value: unknown; readonly body?: AsyncIterable<Uint8Array> }

/** Answers one request. Throws VaultError. */
export type SocketHandler = (name: string, args: readonly unknown[], caller: Caller) => Promise<SocketAnswer>

export type ClientKeys = {
  /** The client and the secret that it shares with the vault. Null: no such client, or it is switched off. */
  readonly find: (id: string) => Promise<{ readonly client: Client; readonly secret: Uint8Array } | null>
  /** Called once a client has proved that it has the secret. */
  readonly onProved?: (id: string) => void
}

/** Asked before each request and told after it. */
export type Turns = {
  /** False: no more requests begin, and the client was told so. */
  readonly begin: () => boolean
  readonly end: () => void
}

type Ports = {
  readonly clients: ClientKeys
  readonly handle: SocketHandler
  /** Default: every request begins. */
  readonly turns?: Turns
  /** Longest time in milliseconds for a client to prove itself; default: 5 seconds. */
  readonly handshakeMs?: number
}

const HANDSHAKE_MS = 5000
const unbounded: Turns = { begin: () => true, end: () => undefined }

/**
 * Serves one connection: the handshake, then one request after the other. Resolves when the connection is
 * over. Never rejects.
 */
export async function serveConnection(channel: FrameChannel, peer: Peer, ports: Ports): Promise<void> {
  const over = new AbortController()
  try {
    const client = await inTime(welcome(channel, ports.clients), ports.handshakeMs ?? HANDSHAKE_MS)
    if (client !== null) await serveRequests(channel, { client, peer, gone: over.signal }, ports)
    channel.close()
  } catch {
    channel.destroy() // broken frames, or a client that is too slow
  } finally {
    over.abort()
  }
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const stop = new AbortController()
  const late = sleep(ms, undefined, { signal: stop.signal, ref: false }).then(() => {
    throw new VaultError('INVALID_REQUEST')
  })
  try {
    return await Promise.race([work, late])
  } finally {
    stop.abort()
    void late.catch(() => undefined)
  }
}

/**
 * Proves the vault to the client, then asks the client to prove itself. Null: it is refused, and was told
 * why.
 */
async function welcome(channel: FrameChannel, clients: ClientKeys): Promise<Client | null> {
  const hello = helloFrom(messageIn(await channel.next()))
  if (hello === null) return await refuse(channel, 'INVALID_REQUEST')
  const version = PROTOCOL_VERSIONS.find((each) => hello.versions.includes(each))
  if (version === undefined) return await refuse(channel, 'PROTOCOL_MISMATCH')
  const known = await clients.find(hello.client).catch(() => null)
  if (known === null) return await refuse(channel, 'INVALID_REQUEST', UNKNOWN_CLIENT)
  const handshake = { hello, version, serverNonce: newNonce() }
  const proof = proofOf('server', known.secret, handshake)
  await channel.send({ version, nonce: handshake.serverNonce, proof })
  const answer = proofFrom(messageIn(await channel.next()))
  if (answer === null || !isProof(answer, proofOf('client', known.secret, handshake))) {
    return await refuse(channel, 'INVALID_REQUEST', UNKNOWN_CLIENT)
  }
  clients.onProved?.(known.client.id)
  await channel.send({ ready: true })
  return known.client
}

const UNKNOWN_CLIENT =
  'Latchkey does not know this program, or its access was switched off. Pair it again with “latchkey pair”.'

async function refuse(
  channel: FrameChannel,
  code: 'INVALID_REQUEST' | 'PROTOCOL_MISMATCH',
  message?: string
): Promise<null> {
  await channel.send(refusal(toProblem(new VaultError(code, message === undefined ? {} : { message }))))
  return null
}

const refusal = (problem: Problem) => ({ ok: false, problem })

function messageIn(frame: Frame | null): unknown {
  return frame?.kind === 'message' ? frame.value : null
}

type Asked = { readonly name: string; readonly args: readonly unknown[] }

function askedIn(value: unknown): Asked | null {
  if (typeof value !== 'object' || value === null) return null
  const { request, args } = value as { request?: unknown; args?: unknown }
  return typeof request === 'string' && Array.isArray(args) ? { name: request, args } : null
}

async function serveRequests(
  channel: FrameChannel,
  who: Pick<Caller, 'client' | 'peer' | 'gone'>,
  { handle, turns = unbounded }: Pick<Ports, 'handle' | 'turns'>
): Promise<void> {
  for (let frame = await channel.next(); frame !== null;) {
    const asked = askedIn(messageIn(frame))
    // A cancel that comes after the answer has nothing left to end.
    if (asked === null && frame.kind !== 'cancel') throw new VaultError('INVALID_REQUEST')
    const turn = new Turn(channel)
    if (asked !== null) {
      if (!turns.begin()) return
      await answer(channel, asked, { ...who, ...turn.caller }, handle, turn.signal)
      turns.end()
    }
    frame = await turn.following()
  }
}

async function answer(
  channel: FrameChannel,
  { name, args }: Asked,
  caller: Caller,
  handle: SocketHandler,
  signal: AbortSignal
): Promise<void> {
  try {
    const { value, body } = await handle(name, args, caller)
    if (body === undefined) return await sendWhole(channel, value, signal)
    await channel.send({ ok: true, value, hasBody: true })
    for await (const bytes of body) {
      if (signal.aborted) throw cancelled()
      await channel.sendData(bytes)
    }
    if (signal.aborted) throw cancelled()
    await channel.sendEnd()
  } catch (error) {
    await channel.send(refusal(toProblem(error)))
  }
}

/** Room in a frame for what stands around a value. */
const FRAMING = 100

/** Sends a value; one that does not fit a frame as a body of JSON. Throws INVALID_REQUEST for one that is too large. */
async function sendWhole(channel: FrameChannel, value: unknown, signal: AbortSignal): Promise<void> {
  const json = Buffer.from(JSON.stringify(value) ?? 'null')
  if (json.length <= LARGEST_PAYLOAD - FRAMING) return await channel.send({ ok: true, value, hasBody: false })
  if (json.length > LARGEST_ANSWER) {
    throw new VaultError('INVALID_REQUEST', { message: 'The answer is too large. Ask for less.' })
  }
  await channel.send({ ok: true, isInBody: true })
  await channel.sendData(json, () => signal.aborted)
  if (signal.aborted) throw cancelled()
  await channel.sendEnd()
}

function cancelled(): VaultError {
  return new VaultError('INVALID_REQUEST', { message: 'The request was cancelled.' })
}

/**
 * The frames of the client while one request is answered: a body if it is asked for, and a cancel or the end
 * of the connection, which abort the request.
 */
class Turn {
  readonly #channel: FrameChannel
  readonly #stop = new AbortController()
  #pending: Promise<Frame | null>
  #wantsBody = false

  constructor(channel: FrameChannel) {
    this.#channel = channel
    this.#pending = channel.next()
    void this.#watch(this.#pending)
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get caller(): Pick<Caller, 'signal' | 'body' | 'tell'> {
    return {
      signal: this.signal,
      body: () => this.#body(),
      tell: (notice) => this.#channel.send({ notice })
    }
  }

  /** Resolves with the first frame after this request. */
  async following(): Promise<Frame | null> {
    const frame = await this.#pending
    const belongsHere = frame?.kind === 'cancel' || (this.#wantsBody && frame?.kind === 'data')
    return belongsHere || (this.#wantsBody && frame?.kind === 'end') ? await this.#skip(frame) : frame
  }

  /** Skips what is left of a body that was not read to its end. */
  async #skip(frame: Frame | null): Promise<Frame | null> {
    let at = frame
    while (at !== null && at.kind !== 'message') at = await this.#channel.next()
    return at
  }

  async #watch(pending: Promise<Frame | null>): Promise<void> {
    const frame = await pending.catch(() => null)
    if (frame === null || frame.kind === 'cancel') this.#stop.abort()
  }

  async *#body(): AsyncGenerator<Uint8Array> {
    this.#wantsBody = true
    await this.#channel.send({ go: true })
    for (;;) {
      const frame = await this.#pending
      if (frame?.kind === 'data') {
        this.#advance()
        yield frame.bytes
      } else if (frame?.kind === 'end') {
        this.#advance()
        this.#wantsBody = false
        return
      } else throw cancelled()
    }
  }

  #advance(): void {
    this.#pending = this.#channel.next()
    void this.#watch(this.#pending)
  }
}
