/**
 * Most bytes of an answer as JSON. Hosts take 25,000 tokens; text that is hard to compress, such as base64, has about
 * one token for one and a half bytes.
 */
export const MOST_ANSWER = 36 * 1024
/** Most bytes of the one text in an answer, so that there is room for the rest. */
export const MOST_TEXT = 28 * 1024

const sizeOf = (text: string): number => Buffer.byteLength(JSON.stringify(text))

/** The beginning of a text that has at most so many bytes as JSON; no character is cut in two. */
export function cutText(text: string, most: number): string {
  if (sizeOf(text) <= most) return text
  let [fits, tooLong] = [0, text.length]
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (sizeOf(text.slice(0, middle)) <= most) fits = middle
    else tooLong = middle
  }
  return text
    .slice(0, fits)
    .toWellFormed()
    .replace(/\uFFFD$/, '')
}

export type ReadBody = {
  /** Text, or base64 where the bytes are no text in UTF-8. */
  readonly body: string
  readonly encoding: 'text' | 'base64'
  /** More came than is given. */
  readonly isCut: boolean
}

/** Reads the beginning of a body; the rest is not read. */
export async function readBody(body: AsyncIterable<Uint8Array> | null): Promise<ReadBody> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body ?? []) {
    pieces.push(piece)
    length += piece.length
    if (length > MOST_TEXT) break
  }
  const bytes = Buffer.concat(pieces)
  const isWhole = length <= MOST_TEXT
  const text = textOf(bytes.subarray(0, MOST_TEXT), isWhole)
  if (text === null) {
    const kept = bytes.subarray(0, (MOST_TEXT / 4) * 3)
    return { body: kept.toString('base64'), encoding: 'base64', isCut: kept.length < length }
  }
  const cut = cutText(text, MOST_TEXT)
  return { body: cut, encoding: 'text', isCut: !isWhole || cut.length < text.length }
}

/** Null: it is no text in UTF-8. Half a character at the end of a part is left out. */
function textOf(bytes: Uint8Array, isWhole: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole })
  } catch {
    return null
  }
}
