import { setImmediate } from 'node:timers/promises'

/** Some milliseconds of work. */
const SLICE = 100

/** The same as `items.map(work)`, with time for everything else in between. Throws what `work` throws. */
export async function inSlices<In, Out>(items: readonly In[], work: (item: In) => Out): Promise<Out[]> {
  const done: Out[] = []
  for (const [index, item] of items.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate()
    done.push(work(item))
  }
  return done
}
