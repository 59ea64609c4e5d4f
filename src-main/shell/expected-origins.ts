/**
 * Which origins a sign-in is expected to show: where it began, and where servers send it on from there. A page may send
 * the person anywhere, and so may the server that it names; what comes of that is not expected.
 */
export class ExpectedOrigins {
  readonly #origins: Set<string>
  /** Whether the redirects of the navigation that is under way come from expected places alone. */
  #isTrusted = true

  /** `start`: origin of the address that Latchkey opens. */
  constructor(start: string) {
    this.#origins = new Set([start])
  }

  has(origin: string): boolean {
    return this.#origins.has(origin)
  }

  /** A page, of the origin `from`, begins a navigation to an address of the origin `to`. */
  begin(from: string, to: string): void {
    this.#isTrusted = this.has(from) && this.has(to)
  }

  /** The server of the navigation that is under way sends it to an address of this origin. */
  redirect(to: string): void {
    if (this.#isTrusted) this.#origins.add(to)
  }

  /** The navigation is done; one that nobody announces, such as a step back, extends nothing. */
  arrive(): void {
    this.#isTrusted = false
  }
}
