type Preventable = { preventDefault(): void }

/**
 * A listener that decides whether something may happen. Where `decide` throws it does not happen: Electron goes on with
 * what an exception left undecided and asks no later listener. The exception goes on and is reported.
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
