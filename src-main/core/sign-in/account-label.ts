import { DEFAULT_ACCOUNT } from '#shared/credential.ts'
import { cleanText, isShowable } from '#shared/shown-text.ts'

const LONGEST_LABEL = 120
const SHORT_SUBJECT = 8

/** A label that came from a provider, fit to be shown and stored; null if nothing of it is left. */
export function cleanLabel(label: string | null): string | null {
  if (label === null) return null
  const shown = cleanText(label, ' ')
  const trimmed = Array.from(shown.replace(/\s+/g, ' ').trim()).slice(0, LONGEST_LABEL).join('')
  return trimmed === '' || !isShowable(trimmed) ? null : trimmed
}

type Choice = {
  /** What the person typed; null: nothing. */
  readonly typed: string | null
  readonly fromProvider: string | null
  readonly subject: string | null
}

/** The account's names in order of preference: the wish, then the wish told apart by the subject, then by a number. */
export function* accountLabels({ typed, fromProvider, subject }: Choice): Generator<string> {
  const wish = typed ?? cleanLabel(fromProvider) ?? DEFAULT_ACCOUNT
  yield wish
  const short = cleanLabel(subject)?.slice(0, SHORT_SUBJECT) ?? null
  if (short !== null && short !== wish) yield `${wish} (${short})`
  for (let number = 2; ; number += 1) yield `${wish} (${String(number)})`
}
