import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { VaultError } from '#shared/problem.ts'
import type { signOutNoteRequests } from '#shared/sign-out-notes.ts'
import { type SignOutNotes, isSafe, shownNotes } from '../sign-in/sign-out-notes.ts'

type SignOutNoteHandlers = Pick<VaultRequestHandlers, keyof typeof signOutNoteRequests>

export type SignOutNoteRequestPorts = {
  readonly signOuts: SignOutNotes
  readonly openInBrowser: (url: string) => Promise<void>
}

/** The requests about unconfirmed sign-outs. They throw INVALID_REQUEST for a page that is missing. */
export function signOutNoteHandlers({
  signOuts: notes,
  openInBrowser
}: SignOutNoteRequestPorts): SignOutNoteHandlers {
  return {
    openSignOutPage: async (id) => {
      const page = notes.list().find((note) => note.id === id)?.page ?? null
      if (page === null || !isSafe(page)) throw new VaultError('INVALID_REQUEST')
      await openInBrowser(page)
      return null
    },
    forgetSignOuts: async (ids) => {
      const listed = shownNotes(notes)
      const done = [...new Set(ids)].map((id) => listed.find((note) => note.id === id) ?? null)
      if (done.includes(null)) return null
      for (const note of done) if (note !== null) notes.remove(note.id)
      return done.filter((note) => note !== null)
    },
    putSignOutsAway: async () => {
      notes.putAway()
      return null
    }
  }
}
