import type { CredentialSummary } from './credential.ts'
import { locale } from './locale.ts'
import { statusTable } from './status.ts'

export const orders = ['attention', 'expiry', 'name', 'used', 'added'] as const
export type Order = (typeof orders)[number]

const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
/** More texts than any list holds at once; the texts of entries that are gone are forgotten then. */
const MOST_TEXTS = 50_000

/**
 * Sorts lists of credentials. Comparing two texts by the rules of a language is slow, so each text gets its place
 * among all texts once, and a sort compares numbers.
 */
export class CredentialOrder {
  #places = new Map<string, number>()

  /** Returns the credentials in that order; by name and account where it leaves them equal. */
  sorted<T extends CredentialSummary>(credentials: readonly T[], order: Order): readonly T[] {
    this.#learn(credentials)
    return credentials
      .map((credential) => ({ credential, keys: this.#keysOf(credential, order) }))
      .toSorted(byKeys)
      .map(({ credential }) => credential)
  }

  /** Returns the first `most` of them in that order. */
  first<T extends CredentialSummary>(credentials: readonly T[], order: Order, most: number): readonly T[] {
    const numbers = credentials.map((credential) => keysBy[order](credential))
    const last = numbers.toSorted(byNumbers)[most - 1]
    if (last === undefined) return this.sorted(credentials, order)
    // Only those before it and those that equal it need to be compared by their texts.
    const candidates = credentials.filter((_, index) => byNumbers(numbers[index] ?? last, last) <= 0)
    return this.sorted(candidates, order).slice(0, most)
  }

  #keysOf(credential: CredentialSummary, order: Order): Keys {
    const [first, second] = keysBy[order](credential)
    return [first, second, this.#places.get(credential.name) ?? 0, this.#places.get(credential.account) ?? 0]
  }

  #learn(credentials: readonly CredentialSummary[]): void {
    const unknown = new Set<string>()
    for (const { name, account } of credentials) {
      if (!this.#places.has(name)) unknown.add(name)
      if (!this.#places.has(account)) unknown.add(account)
    }
    if (unknown.size === 0) return
    const known = this.#places.size + unknown.size > MOST_TEXTS ? [] : [...this.#places.keys()]
    const texts =
      known.length > 0
        ? [...known, ...unknown]
        : [...new Set(credentials.flatMap(({ name, account }) => [name, account]))]
    let place = 0
    let before: string | null = null
    this.#places = new Map()
    for (const text of texts.toSorted(collator.compare)) {
      if (before !== null && collator.compare(before, text) !== 0) place += 1
      this.#places.set(text, place)
      before = text
    }
  }
}

type Numbers = readonly [number, number]

function byNumbers(a: Numbers, b: Numbers): number {
  return a[0] - b[0] || a[1] - b[1]
}

type Keys = readonly [number, number, number, number]
type Keyed = { readonly keys: Keys }

function byKeys({ keys: a }: Keyed, { keys: b }: Keyed): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}

/** One number to sort by and one to break ties. */
const keysBy: Record<Order, (credential: CredentialSummary) => Numbers> = {
  attention: (credential) => [statusTable[credential.status.kind].rank, expiryInstant(credential)],
  expiry: (credential) => [expiryInstant(credential), 0],
  name: () => [0, 0],
  used: ({ lastUsedAt }) => [latestFirst(lastUsedAt), 0],
  added: ({ obtainedAt }) => [latestFirst(obtainedAt), 0]
}

/** Sorts an unknown expiry after every known one, and no expiry last. */
function expiryInstant({ expiry }: CredentialSummary): number {
  if (expiry.kind === 'at') return Date.parse(expiry.at)
  return expiry.kind === 'unknown' ? Number.MAX_SAFE_INTEGER - 1 : Number.MAX_SAFE_INTEGER
}

function latestFirst(instant: string | null): number {
  return instant === null ? 0 : -Date.parse(instant)
}
