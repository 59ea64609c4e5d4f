import * as v from 'valibot'

/** By how much this computer's clock differs from that of the provider that answered last. */
export const clockSkew = v.strictObject({
  /** Whole minutes, never 0; negative for behind. */
  minutesAhead: v.pipe(v.number(), v.integer()),
  /** The provider's host, for people. */
  host: v.string()
})
export type ClockSkew = v.InferOutput<typeof clockSkew>

/** Null: the clock is right, as far as anybody has said. */
export const clockEvents = { clockChanged: v.nullable(clockSkew) } as const
