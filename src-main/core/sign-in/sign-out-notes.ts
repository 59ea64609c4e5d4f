import type { SignOutNote } from '#shared/sign-out-notes.ts'
import type { CatalogEntry } from '../credential-record.ts'

/** A sign-out that the provider did not confirm, as it is kept. */
export type KeptSignOut = {
  readonly name: string
  readonly account: string
  /** Of the issuer. */
  readonly host: string
  /** Where a person ends it, else where its client is registered, if the provider's row knows a page, https; null: none. */
  readonly page: string | null
  readonly at: Date
}

/** What was signed out of here and perhaps not there. A later sign-in changes nothing about it: that is another grant. */
export interface SignOutNotes {
  /** Newest first. */
  list(): readonly (KeptSignOut & { readonly id: string; readonly isTold: boolean })[]
  /** Durable when it returns. Returns the id. Throws STORE_WRITE_FAILED. */
  add(note: KeptSignOut): string
  /** Nothing to remove is no failure. Throws STORE_WRITE_FAILED. */
  remove(id: string): void
  /** All that is kept now has been told. Throws STORE_WRITE_FAILED. */
  putAway(): void
}

/** Null: no sign-in, so that there is no grant that could go on. */
export function noteOf(entry: CatalogEntry | null, at: Date): KeptSignOut | null {
  const provider = entry?.provider ?? null
  if (entry === null || provider === null) return null
  const { accessPage, help, name, endpoints } = provider
  const page = accessPage ?? help
  const isShown = page !== null && isSafe(page)
  return { name, account: entry.ref.account, host: hostOf(endpoints.issuer), page: isShown ? page : null, at }
}

/** The notes as a window is shown them. */
export function shownNotes(notes: SignOutNotes): SignOutNote[] {
  return notes
    .list()
    .map(({ page, at, ...note }) => ({ ...note, at: at.toISOString(), hasPage: page !== null }))
}

/** The catalog is no secret and can be written by others: no other kind of address is opened. */
export function isSafe(page: string): boolean {
  return /^https:\/\/[^\s/]/.test(page)
}

function hostOf(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '').split('/')[0] ?? issuer
}

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
