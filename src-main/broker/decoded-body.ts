import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { VaultError } from '#shared/problem.ts'

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
 * null: there is none. Throws PROVIDER_REFUSED for an unknown encoding and for more than one; the iteration
 * throws it beyond 64 MiB, so that a small answer can not fill the memory.
 */
export function decodedBody(raw: Readable, encoding: string | null): AsyncIterable<Uint8Array> {
  const name = (encoding ?? 'identity').trim().toLowerCase()
  if (name === 'identity' || name === '') return raw as AsyncIterable<Uint8Array>
  const decoder = Object.hasOwn(decoders, name) ? decoders[name as keyof typeof decoders]() : null
  if (decoder === null) throw unreadable()
  raw.on('error', (error) => decoder.destroy(error))
  return bounded(raw.pipe(decoder), raw)
}

async function* bounded(decoded: Readable, raw: Readable): AsyncGenerator<Uint8Array> {
  let total = 0
  try {
    for await (const piece of decoded as AsyncIterable<Uint8Array>) {
      total += piece.length
      if (total > MOST_DECODED) throw unreadable()
      yield piece
    }
  } finally {
    raw.destroy()
    decoded.destroy()
  }
}

function unreadable(): VaultError {
  return new VaultError('PROVIDER_REFUSED', {
    message:
      'The answer is compressed in a way that hides what is in it, so it was not passed on. Ask for it without compression.'
  })
}
