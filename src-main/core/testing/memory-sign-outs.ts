import type { KeptSignOut, SignOutNotes } from '../sign-in/sign-out-notes.ts'

/** Notes in a list. */
export class MemorySignOuts implements SignOutNotes {
  #notes: { readonly id: string; readonly isTold: boolean; readonly note: KeptSignOut }[] = []
  #last = 0

  list(): ReturnType<SignOutNotes['list']> {
    return this.#notes.map(({ note, ...rest }) => ({ ...note, ...rest }))
  }

  add(note: KeptSignOut): string {
    this.#last += 1
    const id = String(this.#last)
    this.#notes.unshift({ id, isTold: false, note })
    return id
  }

  remove(id: string): void {
    this.#notes = this.#notes.filter((each) => each.id !== id)
  }

  putAway(): void {
    this.#notes = this.#notes.map((each) => ({ ...each, isTold: true }))
  }
}
