const MARK = Buffer.from('[redacted]')
const NOTHING = new Uint8Array(0)

/** Maps A to Z to a to z, and every other byte to itself. */
const folded = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte))

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
  /** Bytes of the window before this index are written or replaced; it can lie beyond those that are held. */
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
      // It overlaps what has its mark already, and every other found range lies inside it.
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

/**
 * The automaton of Aho and Corasick (Communications of the ACM 18, 1975) over folded bytes. A state stands for a prefix
 * of a needle, and 0 for the empty one. Children are short lists: a table of 256 for each state would take more than
 * 60 MB for an access token of 4 KB.
 */
class Automaton {
  readonly #byte: Uint8Array
  readonly #child: Int32Array
  readonly #sibling: Int32Array
  /** The longest proper suffix of a state that is a state, too. */
  readonly #fallback: Int32Array
  readonly #depth: Int32Array
  readonly #found: Int32Array
  readonly #fromRoot = new Int32Array(256)
  /** 1 for the bytes `first << 8 | second`, not folded, with which a needle can begin. */
  readonly #pairs = new Uint8Array(65_536)
  #count = 1

  constructor(needles: readonly Uint8Array[]) {
    const most = needles.reduce((sum, needle) => sum + needle.length, 1)
    this.#byte = new Uint8Array(most)
    this.#child = new Int32Array(most)
    this.#sibling = new Int32Array(most)
    this.#fallback = new Int32Array(most)
    this.#depth = new Int32Array(most)
    this.#found = new Int32Array(most)
    for (const needle of needles) this.#add(needle)
    this.#link()
    this.#markPairs()
  }

  /** Number of bytes in the prefix that the state stands for. */
  depthOf(state: number): number {
    return this.#depth[state] as number
  }

  /** Length of the longest needle that the state ends with; 0 if there is none. */
  foundAt(state: number): number {
    return this.#found[state] as number
  }

  /** Returns the state after one more byte. */
  next(state: number, byte: number): number {
    const wanted = folded[byte] as number
    for (let from = state; from !== 0; from = this.#fallback[from] as number) {
      const child = this.#childOf(from, wanted)
      if (child !== 0) return child
    }
    return this.#fromRoot[wanted] as number
  }

  /** Returns the next index at which a needle can begin, or the last one. Most bytes of a body are read here alone. */
  skip(bytes: Uint8Array, from: number): number {
    const last = bytes.length - 1
    let at = from
    while (at < last && this.#pairs[((bytes[at] as number) << 8) | (bytes[at + 1] as number)] === 0) at += 1
    return at
  }

  #childOf(state: number, byte: number): number {
    let child = this.#child[state] as number
    while (child !== 0 && this.#byte[child] !== byte) child = this.#sibling[child] as number
    return child
  }

  #add(needle: Uint8Array): void {
    let state = 0
    for (const raw of needle) {
      const byte = folded[raw] as number
      const known = this.#childOf(state, byte)
      state = known === 0 ? this.#newChild(state, byte) : known
    }
    this.#found[state] = needle.length
  }

  #newChild(state: number, byte: number): number {
    const child = this.#count
    this.#count += 1
    this.#byte[child] = byte
    this.#depth[child] = this.depthOf(state) + 1
    this.#sibling[child] = this.#child[state] as number
    this.#child[state] = child
    if (state === 0) this.#fromRoot[byte] = child
    return child
  }

  /** Sets the fallbacks, shorter states first, because each follows from that of the parent. */
  #link(): void {
    const queue = new Int32Array(this.#count)
    let length = 1
    for (const state of queue) {
      const shorter = this.#fallback[state] as number
      for (let child = this.#child[state] as number; child !== 0; child = this.#sibling[child] as number) {
        const fallback = state === 0 ? 0 : this.next(shorter, this.#byte[child] as number)
        this.#fallback[child] = fallback
        this.#found[child] ||= this.foundAt(fallback)
        queue[length] = child
        length += 1
      }
    }
  }

  #markPairs(): void {
    for (let first = 0; first < 256; first += 1) {
      const state = this.next(0, first)
      if (state === 0) continue
      for (let second = 0; second < 256; second += 1) {
        const child = this.#childOf(state, folded[second] as number)
        if (child !== 0 || this.foundAt(state) !== 0) this.#pairs[(first << 8) | second] = 1
      }
    }
  }
}
