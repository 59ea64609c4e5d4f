import type { DoctorRow } from '#shared/doctor.ts'
import type { SignOutNote } from '#shared/sign-out-notes.ts'
import type { SignOutNotes } from '../../src-main/core/sign-in/sign-out-notes.ts'

/** Unconfirmed sign-outs in memory; every change is told. */
export type FakeSignOuts = SignOutNotes & {
  readonly set: (all: readonly SignOutNote[]) => void
  /** Rows of the doctor about the notes. Empty: there is no note. */
  readonly rows: () => DoctorRow[]
}

export function fakeSignOuts(tell: (all: SignOutNote[]) => void): FakeSignOuts {
  let notes: SignOutNote[] = []
  let last = 0
  const change = (next: SignOutNote[]): void => {
    notes = next
    tell(notes)
  }
  return {
    list: () => notes.map(({ at, ...note }) => ({ ...note, at: new Date(at) })),
    add: ({ at, ...note }) => {
      last += 1
      const id = String(last)
      change([{ ...note, id, at: at.toISOString(), isTold: false }, ...notes])
      return id
    },
    remove: (id) => change(notes.filter((note) => note.id !== id)),
    putAway: () => change(notes.map((note) => ({ ...note, isTold: true }))),
    set: (all) => change([...all]),
    rows: () => (notes.length === 0 ? [] : [rowOf(notes)])
  }
}

function rowOf(notes: readonly SignOutNote[]): DoctorRow {
  return {
    id: 'sign-outs',
    state: 'warning',
    fact: `${String(notes.length)} not confirmed by the provider`,
    why: 'Until the provider ends the access, every copy of the token still works.',
    remedy: 'End the access on the provider’s own page, then mark it as done here.',
    fixable: false,
    files: []
  }
}
