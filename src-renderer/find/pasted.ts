import type { ProviderChoice } from '#shared/provider-choice.ts'
import { otherFormOf, recognise } from './recognise.ts'

/** What somebody has pasted where a word or anything else may stand. */
export type Pasted =
  | { readonly kind: 'words' }
  /** `provider`: the service whose keys begin as this one. Null: none is known. */
  | { readonly kind: 'key'; readonly provider: ProviderChoice | null }
  /** The address of a server. */
  | { readonly kind: 'address'; readonly address: string }
  /** Several credentials, such as the lines of a `.env` file. */
  | { readonly kind: 'several' }

const ASSIGNMENT = /^\s*(?:export\s+)?[A-Za-z_][\w.-]*(?:\s*=\s*|:\s+)\S/
/** No word that a person types is as long as the shortest key. */
const SHORTEST_KEY = 20

/** Reads what a text is; pure, and keeps nothing of it. */
export function pastedIn(text: string, providers: readonly ProviderChoice[]): Pasted {
  const trimmed = text.trim()
  if (/^https?:\/\/\S+$/i.test(trimmed)) return { kind: 'address', address: trimmed }
  if (isJson(trimmed) || (trimmed.includes('\n') ? hasAssignment(trimmed) : ASSIGNMENT.test(trimmed))) {
    return { kind: 'several' }
  }
  if (trimmed === '' || /\s/.test(trimmed)) return { kind: 'words' }
  const provider = recognise(trimmed, providers)
  const hasRest = trimmed.length > 8
  if (provider !== null && hasRest) return { kind: 'key', provider }
  if (otherFormOf(trimmed) !== null || isLikeKey(trimmed)) return { kind: 'key', provider: null }
  return { kind: 'words' }
}

const hasAssignment = (text: string): boolean => text.split('\n').some((line) => ASSIGNMENT.test(line))

const isJson = (text: string): boolean => /^[{[][\s\S]*[}\]]$/.test(text)

/** Long, without a space, no word of a language, and no address of a person or a host. */
function isLikeKey(text: string): boolean {
  if (text.length < SHORTEST_KEY || /@|\.[a-z]{2,6}$/i.test(text)) return false
  return /[A-Za-z]/.test(text) && (/\d/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text)))
}
