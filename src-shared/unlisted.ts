import * as v from 'valibot'
import { everyDoor } from './doors.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** How many credentials are in the store and not in the list; 0: none, or nobody has looked. */
export const unlistedCount = count

export const unlistedRequests = {
  /** Lists them again, each as its record says it; what can't be read stays where it is. */
  takeBackUnlisted: {
    doors: everyDoor,
    input: v.strictTuple([]),
    output: v.strictObject({ taken: count, left: count })
  }
} as const

export const unlistedEvents = { unlistedChanged: v.strictObject({ count }) } as const
