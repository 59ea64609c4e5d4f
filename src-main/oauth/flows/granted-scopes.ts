const OFFLINE = 'offline_access'

type Answered = {
  /** What the answer names; null: nothing, which means what was asked for (RFC 6749 sections 5.1 and 6). */
  readonly named: readonly string[] | null
  readonly asked: readonly string[]
  /** The grant has a refresh token. */
  readonly isOffline: boolean
}

/**
 * The scopes that an answer grants. Microsoft and GitHub never name `offline_access`; that it was granted is told by
 * the refresh token, and a person is not to be told that it was withheld.
 */
export function grantedScopes({ named, asked, isOffline }: Answered): readonly string[] {
  if (named === null) return asked
  const isMeant = isOffline && asked.includes(OFFLINE) && !named.includes(OFFLINE)
  return isMeant ? [...named, OFFLINE] : named
}
