type Listeners<Events> = { [Name in keyof Events]?: Set<(value: Events[Name]) => void> }

/** Typed events inside the vault process. A listener that throws does not keep the others from hearing. */
export class Emitter<Events extends Record<string, unknown>> {
  readonly #listeners: Listeners<Events> = {}

  /** Returns the function that unsubscribes. */
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const set = (this.#listeners[name] ??= new Set())
    set.add(listener)
    return () => void set.delete(listener)
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const listener of this.#listeners[name] ?? []) {
      try {
        listener(value)
      } catch {
        // A window that went away must not stop the tray from hearing.
      }
    }
  }
}
