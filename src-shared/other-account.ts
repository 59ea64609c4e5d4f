import * as v from 'valibot'

/** Somebody else than before has signed in: the person is asked what to do with it, and nothing is stored until then. */
export const otherAccount = v.strictObject({
  kind: v.literal('other-account'),
  /** Name of the entry that was to be signed in to again. */
  expected: v.string(),
  /** Who has signed in; null if the provider gives no name. */
  found: v.nullable(v.string()),
  until: v.pipe(v.string(), v.isoTimestamp())
})
export type OtherAccount = v.InferOutput<typeof otherAccount>

/** `replace`: in that entry, which keeps its name. `add`: an entry of its own. */
export const otherAccountAnswer = v.picklist(['replace', 'add'])
export type OtherAccountAnswer = v.InferOutput<typeof otherAccountAnswer>
