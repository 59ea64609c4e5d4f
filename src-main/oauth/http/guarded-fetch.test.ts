import { describe, expect, it } from 'vitest'
import { type FetchPort, guardedFetch } from './guarded-fetch.ts'

const request = {
  url: 'https://as.example/token',
  method: 'GET',
  headers: {},
  body: null,
  signal: null
} as const
const limits = { timeoutMs: 60_000, maxBytes: 8 }

/** Electron's network: a cancelled body continues to arrive until the request itself is aborted. */
function network(answer: () => Response): { port: FetchPort; isAborted: () => boolean } {
  let signal: AbortSignal | null = null
  const port: FetchPort = async (_url, init) => {
    signal = init.signal ?? null
    return answer()
  }
  return { port, isAborted: () => signal?.aborted === true }
}

const endless = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode('0123456789')) })

describe('an answer that is not read to its end', () => {
  it.each([
    ['an error', () => new Response(endless(), { status: 503 }), 'status'],
    ['a redirect', () => new Response(endless(), { status: 302 }), 'redirect'],
    ['too much', () => new Response(endless()), 'too-large']
  ])('ends its request: %s', async (_what, answer, kind) => {
    const { port, isAborted } = network(answer)
    await expect(guardedFetch(port, request, limits)).rejects.toMatchObject({ kind })
    expect(isAborted()).toBe(true)
  })

  it('differs from a complete answer, which leaves its request alone', async () => {
    const { port, isAborted } = network(() => new Response('all'))
    expect(await guardedFetch(port, request, limits)).toMatchObject({ status: 200, text: 'all' })
    expect(isAborted()).toBe(false)
  })
})
