import type { CredentialSummary } from '#shared/credential.ts'
import { titleOf } from '#shared/entry-labels.ts'

const DAY = 86_400_000
/** How well a text fits, from the best to the weakest. */
const PREFIX = 100
const WORD_START = 80
const INITIALS = 60
const INSIDE = 40
const SUBSEQUENCE = 20

/** Returns how well a query fits a text; 0: it does not. An empty query fits everything the same. */
export function fit(query: string, text: string): number {
  const [wanted, given] = [query.trim().toLowerCase(), text.toLowerCase()]
  if (wanted === '') return 1
  if (given.startsWith(wanted)) return PREFIX
  const words = given.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  if (words.some((word) => word.startsWith(wanted))) return WORD_START
  if (
    words
      .map((word) => word[0])
      .join('')
      .startsWith(wanted)
  )
    return INITIALS
  if (given.includes(wanted)) return INSIDE
  return isSubsequence(wanted, given) ? SUBSEQUENCE : 0
}

/** Long texts hold the letters of almost any word, so there the word has to stand whole. */
function whole(query: string, text: string): number {
  const found = fit(query, text)
  return found === SUBSEQUENCE ? 0 : found
}

function isSubsequence(wanted: string, given: string): boolean {
  let at = 0
  for (const letter of wanted) {
    at = given.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

/** The credentials that fit each word of the query, the best first; what was used lately weighs up to four times as much. */
export function rankedCredentials(
  query: string,
  credentials: Iterable<CredentialSummary>,
  now: number
): readonly CredentialSummary[] {
  const words = query.trim().split(/\s+/)
  const fitting = [...credentials].flatMap((credential) => {
    const { name, account, labels, service, scopes } = credential
    const fits = words.map((word) =>
      Math.max(
        fit(word, titleOf(credential)),
        fit(word, name),
        ...(labels?.tags ?? []).map((tag) => fit(word, tag)),
        fit(word, service),
        whole(word, account),
        ...scopes.map((scope) => whole(word, scope) / 2)
      )
    )
    const worst = Math.min(...fits)
    return worst === 0 ? [] : [{ credential, weight: worst * recency(credential.lastUsedAt, now) }]
  })
  return fitting
    .toSorted((a, b) => b.weight - a.weight || titleOf(a.credential).localeCompare(titleOf(b.credential)))
    .map(({ credential }) => credential)
}

function recency(usedAt: string | null, now: number): number {
  if (usedAt === null) return 1
  const days = (now - Date.parse(usedAt)) / DAY
  if (days < 1) return 4
  return days < 7 ? 2 : 1
}
