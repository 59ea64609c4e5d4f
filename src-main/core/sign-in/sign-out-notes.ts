import type { SignOutNote } from '#shared/sign-out-notes.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { CatalogEntry } from '../credential-record.ts'

/** A note of a sign-out that the provider did not confirm. */
export type KeptSignOut = {
  readonly name: string
  readonly account: string
  /** Host of the issuer. */
  readonly host: string
  /**
   * Page of the provider's row, https, where a person ends the access, else where the client is registered.
   * Null: none.
   */
  readonly page: string | null
  readonly at: Date
}

/**
 * Notes of sign-outs that the provider may not know of. A later sign-in leaves them as they are, because it
 * makes another grant.
 */
export interface SignOutNotes {
  /** Returns the notes, newest first. */
  list(): readonly (KeptSignOut & { readonly id: string; readonly isTold: boolean })[]
  /** Adds a note and returns its id; durable when it returns. Throws STORE_WRITE_FAILED. */
  add(note: KeptSignOut): string
  /** Removes a note; an unknown id is ignored. Throws STORE_WRITE_FAILED. */
  remove(id: string): void
  /** Marks all current notes as told. Throws STORE_WRITE_FAILED. */
  putAway(): void
}

/** Returns the note for an entry. Null: it is not a sign-in, so there is no grant that could live on. */
export function noteOf(entry: CatalogEntry | null, at: Date): KeptSignOut | null {
  const provider = entry?.provider ?? null
  if (entry === null || provider === null) return null
  const { accessPage, help, name, endpoints } = provider
  const page = accessPage ?? help
  const isShown = page !== null && isSafe(page)
  return { name, account: entry.ref.account, host: hostOf(endpoints.issuer), page: isShown ? page : null, at }
}

const LONGEST = 600

/**
 * Returns the notes as a window or a terminal shows them. Other programs can write the catalog, so their texts are
 * cut and cleaned, and a page that is not https or is too long is left out.
 */
export function shownNotes(notes: Pick<SignOutNotes, 'list'>): SignOutNote[] {
  return notes.list().map(({ name, account, host, page, at, ...note }) => ({
    ...note,
    name: shown(name),
    account: shown(account),
    host: shown(host),
    page: page !== null && isSafe(page) && page.length <= LONGEST ? cleanText(page, '?') : null,
    at: at.toISOString()
  }))
}

const shown = (text: string): string => cleanText(text.slice(0, LONGEST), '?')

/**
 * True for an https address. Other addresses are never opened, because other programs can write the catalog.
 */
export function isSafe(page: string): boolean {
  return /^https:\/\/[^\s/]/.test(page)
}

function hostOf(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '').split('/')[0] ?? issuer
}

/** Returns the same notes; each change reports all of them. */
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
