const REDACTED = '[redacted]'

/**
 * A secret text that is never printed by accident: templates, JSON, util.inspect and structured clone see
 * `[redacted]` or nothing. The text is reached through `expose` alone, so that every use can be found by
 * name.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Calls `use` with the text and returns what it returns; do not keep the text beyond that. */
  expose<T>(use: (text: string) => T): T {
    return use(this.#text)
  }

  /** Number of UTF-16 code units. */
  get length(): number {
    return this.#text.length
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED
  }
}

const STAR = '•'
const SHOWN_LENGTH = 12

/**
 * The one mask of the project: up to 8 characters are all stars; longer ones show the first two and the last
 * two. The number of stars says nothing about the length. Code points, so that half a character is never
 * shown.
 */
export function mask(secret: Secret): string {
  return secret.expose((text) => {
    const points = Array.from(text)
    if (points.length <= 8) return STAR.repeat(8)
    return points.slice(0, 2).join('') + STAR.repeat(SHOWN_LENGTH - 4) + points.slice(-2).join('')
  })
}
