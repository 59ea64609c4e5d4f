import * as v from 'valibot'
import { everyDoor } from './doors.ts'
import { credentialSummary } from './credential.ts'

const instant = v.pipe(v.string(), v.isoTimestamp())
const id = v.pipe(v.string(), v.maxLength(700))

/** `unknown`: no request is known that would tell; nothing was sent. */
export const keyTest = v.strictObject({
  works: v.picklist(['yes', 'no', 'unknown']),
  text: v.pipe(v.string(), v.maxLength(600)),
  testedAt: instant
})
export type KeyTest = v.InferOutput<typeof keyTest>

export const nextKey = v.strictObject({
  credential: id,
  key: v.pipe(v.string(), v.minLength(1), v.maxLength(65_536)),
  /** Null: never. */
  expiresAt: v.nullable(instant)
})
export type NextKey = v.InferOutput<typeof nextKey>

/** The exchange of an API key: the new one beside the old, tested, switched to, and back within a day. */
export const rotationRequests = {
  /** Stores the new key beside the one in use, which stays in use. */
  prepareKey: { doors: everyDoor, input: v.strictTuple([nextKey]), output: credentialSummary },
  /** Uses the new key for one request to its own service, where one is known that changes nothing. */
  testKey: { doors: everyDoor, input: v.strictTuple([id]), output: keyTest },
  /** From now on the new key is used; the former one is kept for 24 hours. */
  switchKey: { doors: everyDoor, input: v.strictTuple([id]), output: credentialSummary },
  /** Before the switch: forgets the new key. After it: the former key is used again and the new one forgotten. */
  undoRotation: { doors: everyDoor, input: v.strictTuple([id]), output: credentialSummary },
  /** After the switch: forgets the former key at once. */
  finishRotation: { doors: everyDoor, input: v.strictTuple([id]), output: credentialSummary }
} as const
