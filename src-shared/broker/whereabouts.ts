import * as v from 'valibot'
import { absolutePath } from '../absolute-path.ts'

/** Where a program asks from, as it says itself: it chooses among accounts, and allows nothing. */
export const whereabouts = v.strictObject({
  folder: absolutePath,
  /** The remotes of the repository there, as `host/owner/name` in lower case. */
  remotes: v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(20))
})
export type Whereabouts = v.InferOutput<typeof whereabouts>
