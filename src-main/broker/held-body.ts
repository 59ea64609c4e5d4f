import type { ClientRequest } from 'node:http'
import { VaultError } from '#shared/problem.ts'
import type { StopSignal } from '../core/use/stop-signal.ts'

/** Bodies up to this many bytes are held until they are whole, and sent with their length. */
const HELD = 1024 * 1024

export type HeldBody = {
  /** Bytes; null: longer than what is held, so the length is not known before the end. */
  readonly length: number | null
  /** Resolves when everything is handed to the system, at the pace of the server. */
  readonly writeTo: (request: ClientRequest) => Promise<void>
}

/** Reads a body up to the limit. Rejects as the body does, and when `signal` is aborted. */
export async function heldBody(body: AsyncIterable<Uint8Array>, signal: StopSignal): Promise<HeldBody> {
  const rest = body[Symbol.asyncIterator]()
  const held: Uint8Array[] = []
  let length = 0
  while (length <= HELD) {
    const { value, done } = await nextBefore(signal, rest)
    if (done === true) return { length, writeTo: async (request) => await write(request, held, null) }
    held.push(value)
    length += value.length
  }
  return { length: null, writeTo: async (request) => await write(request, held, rest) }
}

/** The next piece. Rejects as soon as `signal` is aborted, because a client that is gone may never send it. */
async function nextBefore(
  signal: StopSignal,
  rest: AsyncIterator<Uint8Array>
): Promise<IteratorResult<Uint8Array>> {
  const stopped = Promise.withResolvers<never>()
  const stop = (): void =>
    stopped.reject(new VaultError('INVALID_REQUEST', { message: 'The request was cancelled.' }))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await Promise.race([stopped.promise, rest.next()])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function write(
  request: ClientRequest,
  held: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array> | null
): Promise<void> {
  for (const piece of held) await writePiece(request, piece)
  if (rest !== null) await writeRest(request, rest)
  if (!request.destroyed) request.end()
}

/** Reads on only while the request is under way. */
async function writeRest(request: ClientRequest, rest: AsyncIterator<Uint8Array>): Promise<void> {
  while (!request.destroyed) {
    const { value, done } = await rest.next()
    if (done === true) return
    await writePiece(request, value)
  }
  await rest.return?.()
}

async function writePiece(request: ClientRequest, piece: Uint8Array): Promise<void> {
  if (request.destroyed || request.write(piece)) return
  const { promise, resolve } = Promise.withResolvers<void>()
  request.once('drain', resolve).once('close', resolve)
  await promise
  request.off('drain', resolve).off('close', resolve)
}
