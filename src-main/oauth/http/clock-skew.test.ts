import { expect, test } from 'vitest'
import { watchClock } from './clock-skew.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-21T12:00:00Z')

/** Answers dated by a provider whose clock is that many minutes behind ours, one after the other. */
async function told(offsets: readonly (number | string | null)[], tookMs = 0): Promise<number[]> {
  const heard: number[] = []
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
    (minutes) => heard.push(minutes)
  )
  for (let number = offsets.length; number > 0; number -= 1) {
    time = START
    await port('https://sso.example.net/token', {})
  }
  return heard
}

test.each<[string, (number | string | null)[], number[]]>([
  ['a clock that is right', [0, 4, -4], []],
  ['ten minutes ahead', [10], [10]],
  ['ten minutes behind', [-10], [-10]],
  ['ten years ahead', [5_256_000], [5_256_000]],
  ['wrong all the time is told once', [10, 11, 12], [10]],
  ['wrong, right and wrong again is told twice', [10, 0, -10], [10, -10]],
  ['an answer without a date, or with nonsense', [null, 'yesterday'], []]
])('%s', async (_name, offsets, expected) => {
  expect(await told(offsets)).toEqual(expected)
})

test('A request that took eight minutes proves nothing about eight minutes', async () => {
  expect(await told([-6], 8 * MINUTE)).toEqual([])
})
