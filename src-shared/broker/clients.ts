import * as v from 'valibot'

const instant = v.pipe(v.string(), v.isoTimestamp())

/** The name a person gives a program: it stands in commands, in policy.yaml and in every question. */
export const clientName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Use lower-case letters, digits and dashes, at most 40.')
)

export const clientView = v.strictObject({
  id: v.string(),
  name: v.string(),
  pairedAt: instant,
  lastSeenAt: v.nullable(instant)
})
export type ClientView = v.InferOutput<typeof clientView>

/** A program that was just paired. `secret`: 32 bytes in hex, which only the program keeps. */
export const newClient = v.strictObject({ id: v.string(), name: v.string(), secret: v.string() })
export type NewClient = v.InferOutput<typeof newClient>
