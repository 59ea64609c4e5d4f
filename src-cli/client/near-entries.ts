import type { CredentialView } from '#shared/broker/credential-views.ts'
import { nearest } from '../terminal/nearest.ts'

type Named = Pick<CredentialView, 'service' | 'name'>

/** Most entries that are suggested. */
const MOST = 3
/** Fewest letters that say something about a name. */
const FEWEST = 3

/**
 * The entries that were probably meant, one for each service: what was typed is a part of the service or the name, or
 * has it as a part; else those with the one word that is a typing error away.
 */
export function nearEntries(typed: string, entries: readonly Named[]): readonly Named[] {
  const wanted = typed.trim().toLowerCase()
  const services = [...new Map(entries.map((entry) => [entry.service, entry])).values()]
  if (wanted.length < FEWEST) return []
  const alike = services.filter((entry) => wordsOf(entry).some((word) => isAlike(wanted, word)))
  if (alike.length > 0) return alike.slice(0, MOST)
  const word = nearest(wanted, [...new Set(services.flatMap(partsOf))])
  return services.filter((entry) => word !== null && partsOf(entry).includes(word)).slice(0, MOST)
}

const wordsOf = ({ name, service }: Named): string[] => [service.toLowerCase(), name.toLowerCase()]

/** Service and name, and each word in them: “githb” is meant for `github-token`. */
const partsOf = (entry: Named): string[] =>
  wordsOf(entry).flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u).filter(isLongEnough)])

const isLongEnough = ({ length }: string): boolean => length >= FEWEST

const isAlike = (wanted: string, word: string): boolean =>
  word.includes(wanted) || (word.length >= FEWEST && wanted.includes(word))

/** “Did you mean …?”, with the name that commands take. Null: nothing is near. */
export function meantText(typed: string, entries: readonly Named[]): string | null {
  const near = nearEntries(typed, entries).map(({ name, service }) => `“${service}” (${name})`)
  return near.length === 0 ? null : `Did you mean ${near.join(', or ')}?`
}
