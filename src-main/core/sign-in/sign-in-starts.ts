import type { SignInAttempt } from './sign-in-attempt.ts'

/** Null: given up by whoever began it. */
type Start = Promise<SignInAttempt | null>

/** Sign-ins that are being started, one of each key. */
export class SignInStarts {
  readonly #running = new Map<string, Start>()

  get(key: string): Start | undefined {
    return this.#running.get(key)
  }

  /** Remembers it until it has ended, whichever way. */
  note(key: string, start: Start): Start {
    const running = start.finally(() => this.#running.delete(key))
    this.#running.set(key, running)
    return running
  }

  /** Resolves when those that run now have ended. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#running.values())
  }
}
