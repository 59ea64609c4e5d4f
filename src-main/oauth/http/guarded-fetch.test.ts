import { describe, expect, it, test } from 'vitest'
import { type FetchPort, guardedFetch, watchClock } from './guarded-fetch.ts'

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

const MINUTE = 60_000
const START = Date.parse('2026-11-21T12:00:00Z')

/**
 * The skews that are told for a series of answers, each from a provider whose clock is that many minutes
 * behind ours.
 */
async function told(offsets: readonly (number | string | null)[], tookMs = 0): Promise<(number | null)[]> {
  const heard: (number | null)[] = []
  let time = START
  const dates = offsets.map((offset) =>
    typeof offset === 'number' ? new Date(START - offset * MINUTE).toUTCString() : offset
  )
  const port = watchClock(
    async () => {
      time += tookMs
      const date = dates.shift() ?? null
      return new Response(null, { headers: date === null ? {} : { date } })
    },
    () => new Date(time),
    (skew) => heard.push(skew?.minutesAhead ?? null)
  )
  for (let number = offsets.length; number > 0; number -= 1) {
    time = START
    await port('https://sso.example.net/token', {})
  }
  return heard
}

test.each<[string, (number | string | null)[], (number | null)[]]>([
  ['a clock that is right', [0, 4, -4], []],
  ['ten minutes ahead', [10], [10]],
  ['ten minutes behind', [-10], [-10]],
  ['ten years ahead', [5_256_000], [5_256_000]],
  ['wrong all the time is told once', [10, 11, 12], [10]],
  ['wrong, right and wrong again', [10, 0, -10], [10, null, -10]],
  ['wrong, and wrong by something else after it was set', [10, -10, -11, 60], [10, -10, 60]],
  ['right again is told once', [10, 0, 1], [10, null]],
  ['an answer without a date, or with nonsense', [null, 'yesterday'], []]
])('%s', async (_name, offsets, expected) => {
  expect(await told(offsets)).toEqual(expected)
})

test('A request that took eight minutes proves nothing about eight minutes', async () => {
  expect(await told([-6], 8 * MINUTE)).toEqual([])
})

test('Whose clock it was is told by its host', async () => {
  const heard: unknown[] = []
  const port = watchClock(
    async () => new Response(null, { headers: { date: new Date(START - 10 * MINUTE).toUTCString() } }),
    () => new Date(START),
    (skew) => heard.push(skew)
  )
  await port('https://sso.example.net:8443/token?code=made-up', {})
  expect(heard).toEqual([{ minutesAhead: 10, host: 'sso.example.net:8443' }])
})
