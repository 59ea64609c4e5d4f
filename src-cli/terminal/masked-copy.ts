import type { Readable, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

const MARK = '[redacted by latchkey]'
/** Shorter values would be found by chance everywhere. */
const SHORTEST = 8

/**
 * Copies a stream and puts a mark in the place of each value. Holds back only an end that may be the beginning
 * of a value. Resolves at the end of the stream.
 */
export async function maskedCopy(from: Readable, to: Writable, values: readonly string[]): Promise<void> {
  const wanted = values.filter((value) => value.length >= SHORTEST).toSorted((a, b) => b.length - a.length)
  const decoder = new StringDecoder('utf8')
  let held = ''
  const write = (text: string): Promise<void> =>
    new Promise((resolve) => (text === '' ? resolve() : void to.write(text, () => resolve())))
  for await (const bytes of from as AsyncIterable<Buffer>) {
    const text = masked(held + decoder.write(bytes), wanted)
    const keep = beginning(text, wanted)
    held = text.slice(text.length - keep)
    await write(text.slice(0, text.length - keep))
  }
  await write(masked(held + decoder.end(), wanted))
}

const masked = (text: string, values: readonly string[]): string =>
  values.reduce((so, value) => so.replaceAll(value, MARK), text)

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
