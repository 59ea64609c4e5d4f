/** Bytes of an answer that are looked at: answers that make a credential are short. */
const MOST_BYTES = 256 * 1024
/** Characters that are kept of what came before, for a shape that is split over pieces. */
const KEPT = 1024

/** First letters and least length of credentials that are known by their shape, and the head of a private key in PEM. */
const SHAPES = [
  'gh[pousr]_[A-Za-z0-9]{36}',
  'github_pat_\\w{22}',
  'gl(?:pat|ptt|dt|rt|oas)-[\\w-]{20}',
  'sk-[\\w-]{20}',
  '[sr]k_(?:live|test)_\\w{16}',
  'xox[abeprs]-[\\w-]{10}',
  '(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])',
  'npm_[A-Za-z0-9]{36}',
  'hf_[A-Za-z0-9]{34}',
  'eyJ[\\w-]{10,}\\.eyJ[\\w-]{10}',
  '-----BEGIN (?:[A-Z0-9]+ ){0,2}PRIVATE KEY-----'
]
const SHAPE = new RegExp(`(?<![A-Za-z0-9])(?:${SHAPES.join('|')})`)

/**
 * Looks for what has the shape of a credential in an answer that is already cleaned of its own: a request that was
 * sent with one may have made another. It finds known shapes in the plain text of the first 256 KiB and changes nothing.
 */
export class SecretWatch {
  #kept = ''
  #left = MOST_BYTES
  #hasFound = false

  get hasFound(): boolean {
    return this.#hasFound
  }

  push(piece: Uint8Array): void {
    if (this.#hasFound || this.#left <= 0) return
    const part = piece.subarray(0, this.#left)
    this.#left -= part.length
    const text = this.#kept + Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1')
    this.#hasFound = SHAPE.test(text)
    this.#kept = text.slice(-KEPT)
  }
}
