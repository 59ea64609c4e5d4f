/**
 * Runs tasks of one key one after the other and tasks of different keys side by side. A failed task does not
 * stop the next one. A task reads its state again in its turn: a memoized promise would return a spent refresh
 * token.
 */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>()

  /** Resolves or rejects as `task` does. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve()
    const result = before.then(task, task)
    const tail: Promise<void> = result.catch(() => undefined).then(() => this.#drop(key, tail))
    this.#tails.set(key, tail)
    return result
  }

  /** Resolves when everything queued so far has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values())
  }

  #drop(key: string, tail: Promise<unknown>): void {
    if (this.#tails.get(key) === tail) this.#tails.delete(key)
  }
}
