import { Automaton } from './automaton.ts'

const MARK = Buffer.from('[redacted]')
const NOTHING = new Uint8Array(0)

/** One body on its way from the server to the client. */
export type ScrubStream = {
  /**
   * Takes the next bytes and returns those that may go on; they can be a view of `chunk`. Held back are only bytes at
   * the end that are a proper prefix of a needle.
   */
  push(chunk: Uint8Array): Uint8Array
  /** Returns what was held back. To be called once, when the body is complete. */
  end(): Uint8Array
  /** Number of marks written so far. */
  readonly removed: number
}

/**
 * Replaces each needle (`needlesOf`) in bodies and texts by `[redacted]`, whatever the case of its ASCII letters.
 * Needles that overlap are replaced together by one mark, so that no part of either is left. Built once for a set of
 * needles; its streams share it and know nothing of each other.
 */
export class Scrubber {
  readonly #automaton: Automaton

  constructor(needles: readonly Uint8Array[]) {
    this.#automaton = new Automaton(needles)
  }

  /** Begins a body. */
  stream(): ScrubStream {
    return new Scrubbing(this.#automaton)
  }

  /**
   * Replaces the needles in a whole text: a header, a status text, an error. The text is read as UTF-8; if all its
   * characters fit a byte, also as latin1, because Node gives the bytes of a header so. `removed` is the number of marks
   * written; if it is 0, the text is returned as it came.
   */
  text(text: string): { text: string; removed: number } {
    const first = this.#scrubbed(text, 'utf8')
    if (Buffer.from(first.text, 'latin1').toString('latin1') !== first.text) return first
    const second = this.#scrubbed(first.text, 'latin1')
    return { text: second.text, removed: first.removed + second.removed }
  }

  #scrubbed(text: string, encoding: 'utf8' | 'latin1'): { text: string; removed: number } {
    const stream = this.stream()
    const bytes = Buffer.concat([stream.push(Buffer.from(text, encoding)), stream.end()])
    return { text: stream.removed === 0 ? text : bytes.toString(encoding), removed: stream.removed }
  }
}

/** Bytes of the window from `start` up to, and without, `end`. */
type Range = { readonly start: number; readonly end: number }

class Scrubbing implements ScrubStream {
  readonly #automaton: Automaton
  #state = 0
  /** What was held back. The window is these bytes and the chunk after them. */
  #held: Uint8Array = NOTHING
  /** Bytes of the window before this index are written or replaced; it can be beyond those that are held. */
  #done = 0
  /** What is to be replaced and is not yet written: in order, apart from each other, none before `#done`. */
  #found: Range[] = []
  removed = 0

  constructor(automaton: Automaton) {
    this.#automaton = automaton
  }

  push(chunk: Uint8Array): Uint8Array {
    const window = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    this.#scan(window, this.#held.length)
    return this.#write(window, window.length - this.#automaton.depthOf(this.#state))
  }

  end(): Uint8Array {
    this.#state = 0
    return this.#write(this.#held, this.#held.length)
  }

  /** Moves the automaton over the window from an index on and notes what it finds. */
  #scan(window: Uint8Array, from: number): void {
    const automaton = this.#automaton
    let state = this.#state
    let at = from
    while (at < window.length) {
      if (state === 0) at = automaton.skip(window, at)
      state = automaton.next(state, window[at] as number)
      at += 1
      const length = automaton.foundAt(state)
      if (length !== 0) this.#note({ start: at - length, end: at })
    }
    this.#state = state
  }

  #note({ start, end }: Range): void {
    if (start < this.#done) {
      // It overlaps what has its mark already, and every other found range is inside it.
      this.#found = []
      this.#done = end
      return
    }
    let first = start
    while ((this.#found.at(-1)?.end ?? 0) > start) first = Math.min(first, this.#found.pop()?.start ?? first)
    this.#found.push({ start: first, end })
  }

  /** Returns the window up to `limit` with its marks, and holds back the rest. */
  #write(window: Uint8Array, limit: number): Uint8Array {
    const parts: Uint8Array[] = []
    const later: Range[] = []
    for (const { start, end } of this.#found) {
      if (start > limit) {
        later.push({ start: start - limit, end: end - limit })
      } else {
        parts.push(window.subarray(this.#done, start), MARK)
        this.#done = end
        this.removed += 1
      }
    }
    if (this.#done < limit) parts.push(window.subarray(this.#done, limit))
    this.#done = Math.max(this.#done - limit, 0)
    this.#found = later
    this.#held = limit === window.length ? NOTHING : new Uint8Array(window.subarray(limit))
    return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)
  }
}
