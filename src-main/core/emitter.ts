type Listeners<Events> = { [Name in keyof Events]?: Set<(value: Events[Name]) => void> }

/** Typed events inside the vault process. If a listener throws, the others are still called. */
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
        // A window that is gone does not keep the tray from being told.
      }
    }
  }
}
