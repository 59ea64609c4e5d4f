import type { CredentialSummary } from './credential.ts'
import { titleOf } from './entry-labels.ts'
import { locale } from './locale.ts'
import { statusTable } from './status.ts'

export const orders = ['attention', 'expiry', 'name', 'used', 'added'] as const
export type Order = (typeof orders)[number]

/** What the rows of the list stand under. */
export const groupings = ['status', 'service', 'kind', 'none'] as const
export type Grouping = (typeof groupings)[number]

const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
/** More texts than any list holds at once; the texts of entries that are gone are forgotten then. */
const MOST_TEXTS = 50_000
/** New texts that are put in one by one. */
const FEW = 50

type Place = { readonly text: string; number: number }

/**
 * Sorts lists of credentials. Comparing two texts by the rules of a language is slow, so each text gets its place
 * among all texts once, and a sort compares numbers.
 */
export class CredentialOrder {
  readonly #places = new Map<string, Place>()
  /** The places in order; texts that are equal to the language share one. */
  #sorted: Place[] = []

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
    const [third, fourth] = textsOf(credential).map((text) => this.#places.get(text)?.number ?? 0)
    return [first, second, third ?? 0, fourth ?? 0]
  }

  /** Gives each text that is new its place: a few are put between the others, many are sorted with them. */
  #learn(credentials: readonly CredentialSummary[]): void {
    const unknown = new Set<string>()
    for (const text of credentials.flatMap(textsOf)) if (!this.#places.has(text)) unknown.add(text)
    if (unknown.size === 0) return
    if (unknown.size > FEW) return this.#sortAll(credentials, unknown)
    for (const text of unknown) this.#insert(text)
    this.#number()
  }

  #sortAll(credentials: readonly CredentialSummary[], unknown: ReadonlySet<string>): void {
    const isFull = this.#places.size + unknown.size > MOST_TEXTS
    const texts = isFull ? new Set(credentials.flatMap(textsOf)) : [...this.#places.keys(), ...unknown]
    this.#places.clear()
    this.#sorted = []
    for (const text of [...texts].toSorted(collator.compare)) {
      const last = this.#sorted.at(-1)
      const isSame = last !== undefined && collator.compare(last.text, text) === 0
      const place = isSame ? last : { text, number: 0 }
      if (!isSame) this.#sorted.push(place)
      this.#places.set(text, place)
    }
    this.#number()
  }

  #insert(text: string): void {
    let [low, high] = [0, this.#sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const place = this.#sorted[middle]
      const side = place === undefined ? 0 : collator.compare(place.text, text)
      if (place !== undefined && side === 0) return void this.#places.set(text, place)
      if (side < 0) low = middle + 1
      else high = middle
    }
    const place = { text, number: 0 }
    this.#sorted.splice(low, 0, place)
    this.#places.set(text, place)
  }

  #number(): void {
    for (const [index, place] of this.#sorted.entries()) place.number = index
  }
}

function textsOf(credential: CredentialSummary): readonly [string, string] {
  return [titleOf(credential), credential.account]
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
  attention: (credential) => [attentionRank(credential), expiryInstant(credential)],
  expiry: (credential) => [expiryInstant(credential), 0],
  name: () => [0, 0],
  used: ({ lastUsedAt }) => [latestFirst(lastUsedAt), 0],
  added: ({ obtainedAt }) => [latestFirst(obtainedAt), 0]
}

/** Entries that need the person come first, then favourites, then the rest. */
function attentionRank({ labels, status }: CredentialSummary): number {
  const { needsAttention, rank } = statusTable[status.kind]
  return labels?.isFavourite === true && !needsAttention ? statusTable.expiring.rank - 0.5 : rank
}

/** Sorts an unknown expiry after every known one, and no expiry last. */
function expiryInstant({ expiry }: CredentialSummary): number {
  if (expiry.kind === 'at') return Date.parse(expiry.at)
  return expiry.kind === 'unknown' ? Number.MAX_SAFE_INTEGER - 1 : Number.MAX_SAFE_INTEGER
}

function latestFirst(instant: string | null): number {
  return instant === null ? 0 : -Date.parse(instant)
}
