import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { VaultError } from '#shared/problem.ts'
import type { SignOutNote, signOutNoteRequests } from '#shared/sign-out-notes.ts'
import { type SignOutNotes, isSafe, shownNotes } from './sign-out-notes.ts'

export type SignOutNoteHandlers = Pick<VaultRequestHandlers, keyof typeof signOutNoteRequests>

/** The same notes; each change is told, with what is there then. */
export function toldNotes(notes: SignOutNotes, tell: (all: SignOutNote[]) => void): SignOutNotes {
  const told = <T>(result: T): T => {
    tell(shownNotes(notes))
    return result
  }
  return {
    list: () => notes.list(),
    add: (note) => told(notes.add(note)),
    remove: (id) => told(notes.remove(id)),
    putAway: () => told(notes.putAway())
  }
}

/** The requests about sign-outs that were not confirmed. They throw INVALID_REQUEST for what is not there. */
export function signOutNoteHandlers(
  notes: SignOutNotes,
  openInBrowser: (url: string) => Promise<void>
): SignOutNoteHandlers {
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
