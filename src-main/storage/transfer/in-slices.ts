import { setImmediate } from 'node:timers/promises'

/** Some milliseconds of work. */
const SLICE = 100

/** The same as `items.map(work)`, with time for everything else before it and in between. Throws what `work` throws. */
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
