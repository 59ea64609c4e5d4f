import * as v from 'valibot'
import { everyDoor, windowOnly } from './doors.ts'

const id = v.pipe(v.string(), v.maxLength(40))
const shown = v.pipe(v.string(), v.maxLength(600))

/** A sign-out that the provider did not confirm, so that the access may go on there. Nothing of its tokens is known. */
export const signOutNote = v.strictObject({
  id,
  /** Of the service, for people. */
  name: shown,
  account: shown,
  /** Of its issuer. */
  host: shown,
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** `openSignOutPage` opens a page of the provider. */
  hasPage: v.boolean(),
  /** The window has said it, and a person has put that line away. */
  isTold: v.boolean()
})
export type SignOutNote = v.InferOutput<typeof signOutNote>

/** Newest first. */
export const signOutNotes = v.array(signOutNote)

export const signOutNoteRequests = {
  /** Opens the provider's page where the access may be ended; the address is the vault's. */
  openSignOutPage: { doors: windowOnly, input: v.strictTuple([id]), output: v.null() },
  /** The person has ended it, or does not want to hear of it: the note goes. */
  forgetSignOut: { doors: everyDoor, input: v.strictTuple([id]), output: v.null() },
  /** The window need not say it any more; the doctor goes on listing it. */
  putSignOutsAway: { doors: everyDoor, input: v.strictTuple([]), output: v.null() }
} as const

export const signOutNoteEvents = { signOutsChanged: signOutNotes } as const
