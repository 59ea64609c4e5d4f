import { once } from 'node:events'
import type { ClientRequest } from 'node:http'
import { VaultError } from '#shared/problem.ts'
import type { StopSignal } from '../core/use/use-ports.ts'

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
    if (signal.aborted) throw new VaultError('INVALID_REQUEST', { message: 'The request was cancelled.' })
    const { value, done } = await rest.next()
    if (done === true) return { length, writeTo: async (request) => await write(request, held, null) }
    held.push(value)
    length += value.length
  }
  return { length: null, writeTo: async (request) => await write(request, held, rest) }
}

async function write(
  request: ClientRequest,
  held: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array> | null
): Promise<void> {
  for (const piece of held) await writePiece(request, piece)
  for (let next = await rest?.next(); next !== undefined && next.done !== true; next = await rest?.next()) {
    await writePiece(request, next.value)
  }
  request.end()
}

async function writePiece(request: ClientRequest, piece: Uint8Array): Promise<void> {
  if (request.destroyed || request.write(piece)) return
  const gone = new AbortController()
  request.once('close', () => gone.abort())
  await once(request, 'drain', { signal: gone.signal }).catch(() => undefined)
}
