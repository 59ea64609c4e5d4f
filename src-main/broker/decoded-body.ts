import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { VaultError } from '#shared/problem.ts'
import type { Scrubber } from './scrub/stream-scrubber.ts'
import { sendFault } from './send-fault.ts'

/** Most bytes of an answer that came compressed although it was asked for plain. */
const MOST_DECODED = 64 * 1024 * 1024

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress
} as const

/**
 * Returns the plain body of an answer, whose echoes can be found. `encoding` is the header content-encoding;
 * null: the answer has no such header. Throws PROVIDER_REFUSED for an unknown encoding and for more than one; the iteration
 * throws it beyond 64 MiB, so that a small answer can not fill the memory.
 */
export function decodedBody(raw: Readable, encoding: string | null): AsyncIterable<Uint8Array> {
  const name = (encoding ?? 'identity').trim().toLowerCase()
  if (name === 'identity' || name === '') return raw as AsyncIterable<Uint8Array>
  if (!Object.hasOwn(decoders, name)) throw unreadable()
  return decoded(raw, decoders[name as keyof typeof decoders])
}

async function* decoded(raw: Readable, newDecoder: () => ReturnType<typeof createGunzip>) {
  const decoder = newDecoder()
  // The decoder starts only now: its failure before the reader is there would end the process.
  pipeline(raw, decoder, () => undefined)
  let total = 0
  for await (const piece of decoder as AsyncIterable<Uint8Array>) {
    total += piece.length
    if (total > MOST_DECODED) throw unreadable()
    yield piece
  }
}

type CleanBodyOptions = {
  /** Null: there is nothing to remove. */
  readonly scrubber: Scrubber | null
  /** Told once how to ask for the number of echoes that were removed so far. */
  readonly onStream: (removed: () => number) => void
  /** Is shown each piece that is passed on. */
  readonly onClean: (piece: Uint8Array) => void
  /** The first cause of an error that the body shows. */
  readonly causeOf: (error: unknown) => unknown
}

/**
 * Reads a plain body once and removes the echoes. The iteration throws the problem of `causeOf` if it ends too early;
 * what came before has been passed on then.
 */
export async function* cleanBody(
  plain: AsyncIterable<Uint8Array>,
  { scrubber, onStream, onClean, causeOf }: CleanBodyOptions
): AsyncGenerator<Uint8Array> {
  const stream = scrubber?.stream() ?? null
  if (stream !== null) onStream(() => stream.removed)
  try {
    for await (const piece of plain) {
      const clean = stream?.push(piece) ?? piece
      if (clean.length === 0) continue
      onClean(clean)
      yield clean
    }
  } catch (error) {
    throw sendFault(
      error instanceof VaultError ? error : causeOf(error),
      'The answer was cut off before its end.'
    )
  }
  const rest = stream?.end()
  if (rest === undefined || rest.length === 0) return
  onClean(rest)
  yield rest
}

function unreadable(): VaultError {
  return new VaultError('PROVIDER_REFUSED', {
    message:
      'The answer is compressed in a way that hides what is in it, so it was not passed on. Ask for it without compression.'
  })
}
