import * as v from 'valibot'
import { everyDoor, windowOnly } from './doors.ts'

/** As many as the catalog keeps. */
const MOST = 200

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
  /** The provider's page, https, where the access may be ended; null: no page is known. */
  page: v.nullable(shown),
  /** The window has said it, and a person has put that line away. */
  isTold: v.boolean()
})
export type SignOutNote = v.InferOutput<typeof signOutNote>

/** Newest first. */
export const signOutNotes = v.array(signOutNote)

export const signOutNoteRequests = {
  /** Opens the provider's page where the access may be ended; the address is the vault's. */
  openSignOutPage: { doors: windowOnly, input: v.strictTuple([id]), output: v.null() },
  /**
   * The person has ended them, or does not want to hear of them: the notes go, and are returned. Null: one is not
   * listed, and all of them stay.
   */
  forgetSignOuts: {
    doors: everyDoor,
    input: v.strictTuple([v.pipe(v.array(id), v.minLength(1), v.maxLength(MOST))]),
    output: v.nullable(signOutNotes)
  },
  /** The window need not say it any more; the doctor goes on listing it. */
  putSignOutsAway: { doors: everyDoor, input: v.strictTuple([]), output: v.null() }
} as const

export const signOutNoteEvents = { signOutsChanged: signOutNotes } as const
