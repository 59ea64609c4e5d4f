import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer())

/** A policy to be checked, and how many of the newest audit rows it is tried on. */
export const policyWish = v.strictObject({
  /** The text of a policy file; null: the one in use. */
  text: v.nullable(v.pipe(v.string(), v.maxLength(65_536))),
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))
})
export type PolicyWish = v.InferOutput<typeof policyWish>

export const policyReport = v.strictObject({
  /** Names in the policy that match nothing. */
  problems: v.array(v.string()),
  /** Rows that were compared, those that come out otherwise among them. */
  compared: count,
  /** Rows that do not tell enough. */
  unknown: count,
  changes: v.array(
    v.strictObject({
      seq: count,
      was: v.picklist(['allowed', 'refused']),
      now: v.picklist(['allowed', 'refused']),
      because: v.string()
    })
  )
})
export type PolicyReport = v.InferOutput<typeof policyReport>
