import { VaultError } from '#shared/problem.ts'
import type { OAuthProvider, Provider } from '../../core/provider.ts'
import { isIssuersOwn, withPathOf } from '../../core/sign-in/kept-redirect.ts'
import type { UrlRules } from '../http/endpoint-url.ts'
import { parseGrantRow } from './provider-schema.ts'

type Known = {
  /** The rows of this computer: built in, and the person's own. */
  readonly rows: readonly Provider[]
  readonly urls: UrlRules
}

/**
 * Returns the row with which a sign-in from a file is kept. The file's facts about a provider are not
 * trusted: a known provider gets the row of this computer, an unknown one gets endpoints that its issuer's
 * own metadata names. Throws INVALID_REQUEST; the message names the fault, never a value.
 */
export function importedRow(given: OAuthProvider, { rows, urls }: Known): OAuthProvider {
  const known = rows.find(({ id }) => id === given.id)
  if (known !== undefined) return knownRow(known, given)
  if (given.endpoints.kind === 'fixed') {
    throw refused(
      'It lists its own endpoints, but this computer has no row for its provider. Add one to providers.json, or sign in here.'
    )
  }
  const read = parseGrantRow(given, urls)
  if (read.kind === 'refused') throw refused(`Its provider can’t be saved: ${read.fault} Sign in here.`)
  const { accessPage: _page, ...row } = read.row
  const isBorrowed = rows.some(({ name }) => sameName(name, row.name))
  // The help link and the name of a known provider are not taken from a file either.
  return { ...row, help: null, ...(isBorrowed && { name: new URL(row.endpoints.issuer).host }) }
}

function knownRow(known: Provider, given: OAuthProvider): OAuthProvider {
  if (known.kind !== 'oauth' || known.endpoints.issuer !== given.endpoints.issuer) {
    throw refused('A known service has the same name but other addresses. Sign in here.')
  }
  // The client was registered with the path in the given row.
  const isOwn = isIssuersOwn(known.redirect) && isIssuersOwn(given.redirect)
  return isOwn ? { ...known, redirect: withPathOf(known.redirect, given.redirect) } : known
}

function sameName(one: string, other: string): boolean {
  const plain = (text: string): string =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '')
  return plain(one) === plain(other)
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
