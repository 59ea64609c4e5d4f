import type { CatalogEntry, RefreshEnd, TokenSet } from '../credential-record.ts'

const MINUTE = 60_000

type Told = Pick<CatalogEntry, 'renewable' | 'refreshEnd' | 'issuedAt'>

/**
 * What the server itself said of the end of a refresh token. `slides`: a renewal puts it off, as far as is known;
 * `stays`: the last one did not. Null: nothing was said, or there is no refresh token.
 */
export type ToldEnd =
  | { readonly kind: 'never' }
  | { readonly kind: 'slides' | 'stays'; readonly at: Date; readonly toldAt: Date }

export function toldEnd({ renewable, refreshEnd, issuedAt }: Told): ToldEnd | null {
  if (!renewable || refreshEnd === undefined) return null
  if (refreshEnd.kind === 'never') return refreshEnd
  return { ...refreshEnd, kind: refreshEnd.toldAt < issuedAt ? 'stays' : 'slides' }
}

/**
 * The end of the refresh token after a renewal: what the answer said; where it said nothing, what is known of the
 * same token. An end that did not move along with the time that passed keeps the day on which it was told first.
 * Absent: nothing is known of a new token.
 */
export function endAfterRenewal(
  former: TokenSet,
  answer: TokenSet,
  isSameToken: boolean
): Pick<TokenSet, 'refreshEnd'> {
  const refreshEnd = answer.refreshEnd ?? (isSameToken ? former.refreshEnd : undefined)
  if (refreshEnd === undefined) return {}
  return { refreshEnd: hasStayed(former, refreshEnd) ? { ...refreshEnd, ...toldFirst(former) } : refreshEnd }
}

/** Servers tell whole seconds, so less than a minute says nothing. */
function hasStayed({ refreshEnd, issuedAt }: TokenSet, told: RefreshEnd): boolean {
  if (refreshEnd?.kind !== 'at' || told.kind !== 'at') return false
  const passed = told.toldAt.getTime() - issuedAt.getTime()
  return passed >= MINUTE && Math.abs(told.at.getTime() - refreshEnd.at.getTime()) < passed / 2
}

function toldFirst({ refreshEnd }: TokenSet): { readonly toldAt?: Date } {
  return refreshEnd?.kind === 'at' ? { toldAt: refreshEnd.toldAt } : {}
}
