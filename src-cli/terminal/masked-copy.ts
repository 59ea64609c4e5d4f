import type { Readable, Writable } from 'node:stream'

const MARK = '[redacted by latchkey]'
/** Shorter values would be found by chance everywhere. */
const SHORTEST = 8

/**
 * Copies a stream and puts a mark in the place of each value, and of values that overlap; every other byte stays
 * as it is. Holds back only an end that may be the beginning of a value, and a value that it is part of. Resolves
 * at the end of the stream.
 */
export async function maskedCopy(from: Readable, to: Writable, values: readonly string[]): Promise<void> {
  // As latin1, each character is a byte: the output of a program may be no text.
  const wanted = values
    .filter((value) => value.length >= SHORTEST)
    .map((value) => Buffer.from(value).toString('latin1'))
  const write = (text: string): Promise<void> =>
    new Promise((resolve) => (text === '' ? resolve() : void to.write(text, 'latin1', () => resolve())))
  let held = ''
  for await (const bytes of from as AsyncIterable<Buffer>) {
    const text = held + bytes.toString('latin1')
    const found = placesIn(text, wanted)
    const open = text.length - beginning(text, wanted)
    // A value that reaches into the end that is held is held with it.
    const cut = found.find(({ end, start }) => start < open && open < end)?.start ?? open
    await write(masked(text.slice(0, cut), found))
    held = text.slice(cut)
  }
  await write(masked(held, placesIn(held, wanted)))
}

type Place = { readonly start: number; readonly end: number }

/** The places of the values, in their order; values that overlap are one place. */
function placesIn(text: string, values: readonly string[]): readonly Place[] {
  const all = values.flatMap((value) => {
    const places: Place[] = []
    for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
      places.push({ start: at, end: at + value.length })
    }
    return places
  })
  const joined: Place[] = []
  for (const { start, end } of all.toSorted((one, other) => one.start - other.start)) {
    const last = joined.at(-1)
    if (last === undefined || start >= last.end) joined.push({ start, end })
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, end) }
  }
  return joined
}

/** The text with a mark for each place within it. */
function masked(text: string, places: readonly Place[]): string {
  let [result, done] = ['', 0]
  for (const { start, end } of places) {
    if (end > text.length) break
    result += text.slice(done, start) + MARK
    done = end
  }
  return result + text.slice(done)
}

/** Length of the longest end of the text that is the beginning of a value. */
function beginning(text: string, values: readonly string[]): number {
  let longest = 0
  for (const value of values) {
    for (let length = Math.min(value.length - 1, text.length); length > longest; length -= 1) {
      if (text.endsWith(value.slice(0, length))) longest = length
    }
  }
  return longest
}
