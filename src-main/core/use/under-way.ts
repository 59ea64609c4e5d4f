import type { WantedApproval } from './approval.ts'

type Running = { readonly wanted: WantedApproval; readonly end: () => void }

/** What runs with something that was allowed, and how to end it. */
export class UnderWay {
  readonly #all = new Set<Running>()

  /** `end` is called at most once. Returns the function that says that it runs no longer. */
  add(wanted: WantedApproval, end: () => void): () => void {
    const running = { wanted, end }
    this.#all.add(running)
    return () => void this.#all.delete(running)
  }

  /** Ends what `isMeant` chooses, and nothing else. */
  endWhere(isMeant: (wanted: WantedApproval) => boolean): void {
    for (const running of this.#all) {
      if (!isMeant(running.wanted)) continue
      this.#all.delete(running)
      running.end()
    }
  }
}
