import type { CredentialRef } from '#shared/credential.ts'

/** The service under which “latchkey key” keeps keys; the name of a key is the account. */
export const SAVED_KEYS = 'provider-key'

/** Endings of ids that tell the services of one provider apart, such as `github` and `github-token`. */
const KINDS = ['token', 'oauth', 'app', 'auth'] as const

type Named = {
  readonly service: string
  /** Null: any account. */
  readonly account: string | null
}

/**
 * The entries that are meant where a person or a program names a service: those of the service. Where nothing is kept
 * of it, the key that was saved under this name; else what is kept of the same provider, such as `github-token` for
 * `github`.
 */
export function meantEntries<T>(
  entries: readonly T[],
  refOf: (entry: T) => CredentialRef,
  { service, account }: Named
): readonly T[] {
  const isOf = (id: string) => (entry: T) => refOf(entry).service === id
  const named = entries.filter(isOf(service))
  const saved = entries.filter((entry) => isOf(SAVED_KEYS)(entry) && refOf(entry).account === service)
  if (named.length === 0 && saved.length > 0 && account === null) return saved
  const family = KINDS.map((kind) => `${service}-${kind}`)
  const meant = named.length > 0 ? named : entries.filter((entry) => family.includes(refOf(entry).service))
  return account === null ? meant : meant.filter((entry) => refOf(entry).account === account)
}
