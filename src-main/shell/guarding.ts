type Preventable = { preventDefault(): void }

/**
 * A listener that decides whether something may happen. If `decide` throws, it does not happen: otherwise
 * Electron would continue and call no later listener. The exception is passed on and reported.
 */
export function guarding<Event extends Preventable, Rest extends unknown[]>(
  decide: (event: Event, ...rest: Rest) => void
): (event: Event, ...rest: Rest) => void {
  return (event, ...rest) => {
    try {
      decide(event, ...rest)
    } catch (error) {
      event.preventDefault()
      throw error
    }
  }
}
