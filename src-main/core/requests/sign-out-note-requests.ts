import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { VaultError } from '#shared/problem.ts'
import type { signOutNoteRequests } from '#shared/sign-out-notes.ts'
import { type SignOutNotes, isSafe } from '../sign-in/sign-out-notes.ts'

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
    forgetSignOut: async (id) => {
      notes.remove(id)
      return null
    },
    putSignOutsAway: async () => {
      notes.putAway()
      return null
    }
  }
}
