/** A run that was begun. */
export type BegunRun = {
  /** 32 bytes in hex, which the run hands on to what it starts. It names the run and opens nothing on its own. */
  readonly secret: string
  /** Resolves when the run has ended. */
  readonly ended: Promise<void>
  /** Ends the run; to be called when its connection is gone. */
  readonly end: () => void
}

export type RunsPorts = {
  /** A new id; it is never used again. */
  readonly newId: () => string
  /** 32 random bytes in hex. */
  readonly newSecret: () => string
  /** SHA-256 of a text, in hex. */
  readonly digest: (text: string) => string
  /** What was allowed for this run alone has to end. */
  readonly onEnded: (run: string) => void
}

type Open = { readonly id: string; readonly client: string; readonly close: () => void }

/**
 * The runs that last: a program that was started by `latchkey run`, with everything that it starts itself. A run
 * is known by a secret that children inherit, never by a process, a terminal or a parent. It lasts as long as the
 * connection that began it.
 */
export class Runs {
  readonly #ports: RunsPorts
  /** By the digest of its secret, so that a lookup tells nothing of a secret by its time. */
  readonly #open = new Map<string, Open>()

  constructor(ports: RunsPorts) {
    this.#ports = ports
  }

  /** Begins a run of a client, given by its id. */
  begin(client: string): BegunRun {
    const { digest, newId, newSecret } = this.#ports
    const secret = newSecret()
    const key = digest(secret)
    const { promise: ended, resolve: close } = Promise.withResolvers<void>()
    this.#open.set(key, { id: newId(), client, close })
    return { secret, ended, end: () => this.#end(key) }
  }

  /** The id of the run of this client that has this secret. Null: it has ended, is another client's, or never was. */
  find(secret: string | null, client: string): string | null {
    const run = secret === null ? undefined : this.#open.get(this.#ports.digest(secret))
    return run?.client === client ? run.id : null
  }

  isOpen(run: string): boolean {
    return [...this.#open.values()].some(({ id }) => id === run)
  }

  /** Ends every run: the vault is about to close. What is under way goes on, as that of other requests. */
  endAll(): void {
    for (const { close } of this.#open.values()) close()
    this.#open.clear()
  }

  #end(key: string): void {
    const run = this.#open.get(key)
    if (run === undefined) return
    this.#open.delete(key)
    run.close()
    this.#ports.onEnded(run.id)
  }
}
