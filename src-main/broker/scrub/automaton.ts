/** Maps A to Z to a to z, and every other byte to itself. */
const folded = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte))

/** Most bytes at the beginning of a needle that decide how far to leap: more have more pairs in common with a text. */
const LONGEST_SPAN = 48

/**
 * The automaton of Aho and Corasick (Communications of the ACM 18, 1975) over folded bytes. A state stands for a prefix
 * of a needle, and 0 for the empty one. Children are short lists: a table of 256 for each state would take more than
 * 60 MB for an access token of 4 KB.
 */
export class Automaton {
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
  /**
   * How far a needle is at least from beginning, if these two bytes are the last of the next `#span` bytes (Wu and
   * Manber, A fast algorithm for multi-pattern searching, 1994).
   */
  readonly #leaps = new Uint8Array(65_536)
  /** Bytes at the beginning of each needle that `#leaps` knows. */
  readonly #span: number
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
    const shortest = needles.reduce((least, { length }) => Math.min(least, length), LONGEST_SPAN)
    this.#span = Math.max(shortest, 2)
    this.#leaps.fill(Math.max(shortest - 1, 0))
    for (const needle of needles) this.#markLeaps(needle)
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

  /** Returns the next index at which a needle can begin, or the last one. Most bytes of a body are leapt over here. */
  skip(bytes: Uint8Array, from: number): number {
    const last = bytes.length - 1
    const leaps = this.#leaps
    const toEnd = this.#span - 1
    let at = from
    for (let end = at + toEnd; end <= last; end = at + toEnd) {
      const leap = leaps[((bytes[end - 1] as number) << 8) | (bytes[end] as number)] as number
      if (leap === 0 && this.#canBegin(bytes, at)) return at
      at += leap || 1
    }
    while (at < last && !this.#canBegin(bytes, at)) at += 1
    return at
  }

  #canBegin(bytes: Uint8Array, at: number): boolean {
    return this.#pairs[((bytes[at] as number) << 8) | (bytes[at + 1] as number)] !== 0
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

  #markLeaps(needle: Uint8Array): void {
    for (let end = 1; end < this.#span && end < needle.length; end += 1) {
      const leap = this.#span - 1 - end
      for (const first of casesOf(needle[end - 1] as number)) {
        for (const second of casesOf(needle[end] as number)) {
          const pair = (first << 8) | second
          this.#leaps[pair] = Math.min(this.#leaps[pair] as number, leap)
        }
      }
    }
  }
}

/** The bytes that are the same as this one once both are folded. */
function casesOf(byte: number): readonly number[] {
  const lower = folded[byte] as number
  return lower >= 97 && lower <= 122 ? [lower, lower - 32] : [byte]
}
