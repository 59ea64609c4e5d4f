import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { DoctorRow } from '#shared/doctor.ts'
import type { SignOutNote, signOutNoteRequests } from '#shared/sign-out-notes.ts'
import { VaultError } from '#shared/problem.ts'

/** Sign-outs that were not confirmed, as the vault keeps them. */
export function fakeSignOuts(tell: (all: SignOutNote[]) => void) {
  let notes: SignOutNote[] = []
  let last = 0
  const change = (next: SignOutNote[]): null => {
    notes = next
    tell(notes)
    return null
  }
  const handlers = {
    openSignOutPage: async (id) => {
      if (notes.find((note) => note.id === id)?.hasPage !== true) throw new VaultError('INVALID_REQUEST')
      return null
    },
    forgetSignOut: async (id) => change(notes.filter((note) => note.id !== id)),
    putSignOutsAway: async () => change(notes.map((note) => ({ ...note, isTold: true })))
  } satisfies Pick<VaultRequestHandlers, keyof typeof signOutNoteRequests>
  return {
    handlers,
    all: () => notes,
    set: (next: readonly SignOutNote[]): void => void change([...next]),
    /** What the doctor says of them; nothing while there is none. */
    rows: (): DoctorRow[] => (notes.length === 0 ? [] : [rowOf(notes)]),
    note: (note: Pick<SignOutNote, 'name' | 'account' | 'host'>): void => {
      last += 1
      const at = new Date().toISOString()
      change([{ ...note, id: String(last), at, hasPage: true, isTold: false }, ...notes])
    }
  }
}

function rowOf(notes: readonly SignOutNote[]): DoctorRow {
  return {
    id: 'sign-outs',
    state: 'warning',
    fact: `${String(notes.length)} not confirmed by the provider`,
    why: 'Until the provider ends the access, whoever has the token may go on using it.',
    remedy: 'End the access on the provider’s own page, then say here that it is done.',
    fixable: false,
    files: []
  }
}
