import type { Problem, Result } from '#shared/problem.ts'

/** The last answer of a request. A failed request after a good one keeps the good one. */
export type Followed<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly value: T; readonly problem: Problem | null }

type Ports<T> = {
  readonly ask: () => Promise<Result<T>>
  /** Calls back after each change of what `ask` tells; returns the function that unsubscribes. */
  readonly onChange: (listener: () => void) => () => void
}

/** Asks while somebody looks, and again after each change. Nobody looks: nothing is asked. */
export class Follower<T> {
  readonly #ports: Ports<T>
  readonly #listeners = new Set<() => void>()
  #state: Followed<T> = { kind: 'loading' }
  #stop: (() => void) | null = null
  #asking: Promise<void> | null = null
  #isStale = false

  constructor(ports: Ports<T>) {
    this.#ports = ports
  }

  readonly getState = (): Followed<T> => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#stop === null) {
      this.#stop = this.#ports.onChange(() => void this.reload())
      void this.reload()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#stop?.()
      this.#stop = null
    }
  }

  /** Resolves once an answer is here that was asked for after this call. */
  async reload(): Promise<void> {
    // What changes while a request runs may be missing in its answer.
    this.#isStale = true
    this.#asking ??= this.#ask()
    await this.#asking
  }

  async #ask(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false
      const result = await this.#ports.ask()
      if (!this.#isStale) this.#set(this.#after(result))
    }
    this.#asking = null
  }

  #after(result: Result<T>): Followed<T> {
    if (result.ok) return { kind: 'ready', value: result.value, problem: null }
    const { problem } = result
    return this.#state.kind === 'ready' ? { ...this.#state, problem } : { kind: 'failed', problem }
  }

  #set(state: Followed<T>): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
