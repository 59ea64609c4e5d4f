import { setImmediate } from 'node:timers/promises'

/** Number of items that take some milliseconds. */
const SLICE = 100

/**
 * Maps as `items.map(work)` does, and yields to other work before it and in between. Throws the errors of
 * `work`.
 */
export async function inSlices<In, Out>(
  items: readonly In[],
  work: (item: In, index: number) => Out
): Promise<Out[]> {
  const done: Out[] = []
  for (const [index, item] of items.entries()) {
    if (index % SLICE === 0) await setImmediate()
    done.push(work(item, index))
  }
  return done
}
