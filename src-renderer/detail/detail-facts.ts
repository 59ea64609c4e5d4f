import type { CredentialSummary } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { detailText } from '../text/detail-text.ts'
import { storageText } from '../text/list-text.ts'
import { timeText } from '../text/time-text.ts'
import { dayTimeText, exactText, HOUR, relativeText } from '../time/time-text.ts'
import { expiryText, isSecondsAway } from '../status/when-text.ts'
import { hostOf, shortAddress } from '../text/address-text.ts'

/** A line of the facts. `exact` is shown on hover; `instant` makes it a time element. */
export type Fact = {
  readonly label: string
  readonly text: string
  readonly instant?: string
  readonly exact?: string
}

export function factsOf(credential: CredentialSummary, now: number): readonly Fact[] {
  const { issuer, status, obtainedAt, refreshedAt, lastUsedAt, expiry, kind, useBefore, signInBefore } =
    credential
  const { facts } = detailText
  const rows: Fact[] = []
  if (kind !== 'oauth' && issuer !== null) rows.push(still(facts.issuer, hostOf(issuer)))
  rows.push(timeFact(facts.obtained, obtainedAt, now))
  if (kind === 'oauth') {
    rows.push(
      refreshedAt === null
        ? still(facts.refreshed, detailText.notYet)
        : timeFact(facts.refreshed, refreshedAt, now)
    )
    rows.push(nextRefresh(credential, now))
  }
  if (status.kind === 'locked') rows.push(still(facts.expires, timeText.hidden))
  else if (expiry.kind === 'at') rows.push(timeFact(facts.expires, expiry.at, now))
  else rows.push(still(facts.expires, expiryText(expiry, now)))
  if (useBefore !== null) rows.push(timeFact(facts.useBefore, useBefore, now))
  if (signInBefore !== null) rows.push(timeFact(facts.signInBefore, signInBefore, now))
  if (lastUsedAt !== null) rows.push(timeFact(facts.used, lastUsedAt, now))
  return rows
}

/** True while the text of a fact counts seconds. */
export function hasNearFact(credential: CredentialSummary, now: number): boolean {
  return factsOf(credential, now).some(
    ({ instant }) => instant !== undefined && isSecondsAway(Date.parse(instant), now)
  )
}

/** Returns the facts about the server and the client of a sign-in. */
export function signInFactsOf(credential: CredentialSummary): readonly Fact[] {
  const { issuer, clientId, resource, surface } = credential
  const { facts } = detailText
  return [
    ...(issuer === null ? [] : [{ ...still(facts.issuer, hostOf(issuer)), exact: issuer }]),
    ...(resource === undefined
      ? []
      : [{ ...still(facts.resource, shortAddress(resource)), exact: resource }]),
    ...(clientId === null ? [] : [still(facts.client, clientId)]),
    ...(surface === undefined ? [] : [still(facts.surface, detailText.surfaces[surface])])
  ]
}

/** Returns the store's own name if the secret is in the current store, else the name of the backend. */
export function backendLabel(credential: CredentialSummary, storage: StorageHealth): string {
  return storage.backend === credential.backend ? storage.label : storageText.backends[credential.backend]
}

export type ScopeRow = {
  readonly scope: string
  /** The scope without the host that all scopes of its provider share. */
  readonly short: string
  readonly granted: boolean
  /** What it allows, or how it differs from what was asked for; null: nothing is known of it. */
  readonly text: string | null
}

export function scopeRows(
  credential: CredentialSummary,
  providers: readonly ProviderChoice[]
): readonly ScopeRow[] {
  const known = providers.find(({ id, kind }) => id === credential.service && kind === 'oauth')?.scopes ?? []
  const describe = (scope: string) => known.find((row) => row.scope === scope)?.description ?? null
  const rowOf = (scope: string, granted: boolean, text: string | null): ScopeRow => ({
    scope,
    short: shortScope(scope),
    granted,
    text
  })
  return [
    ...credential.missingScopes.map((scope) => rowOf(scope, false, detailText.scopeMissing)),
    ...credential.scopes.map((scope) =>
      rowOf(scope, true, credential.extraScopes.includes(scope) ? detailText.scopeExtra : describe(scope))
    )
  ]
}

function shortScope(scope: string): string {
  if (!/^https?:\/\//.test(scope) || !URL.canParse(scope)) return scope
  const { pathname } = new URL(scope)
  return pathname === '/' ? scope : `…${pathname}`
}

function nextRefresh({ renewable, status, nextRefreshAt, keptFresh }: CredentialSummary, now: number): Fact {
  const label = detailText.facts.next
  if (!renewable) return still(label, detailText.notRenewable)
  if (status.kind === 'needs-sign-in') return still(label, detailText.noneUntilSignIn)
  if (status.kind === 'valid' && nextRefreshAt === null && keptFresh === false)
    return still(label, detailText.onUse)
  const at = status.kind === 'refresh-failing' ? status.nextTryAt : nextRefreshAt
  return at === null ? still(label, detailText.none) : timeFact(label, at, now)
}

function timeFact(label: string, instant: string, now: number): Fact {
  const at = Date.parse(instant)
  const isNear = Math.abs(at - now) < HOUR
  return { label, text: isNear ? relativeText(at, now) : dayTimeText(at, now), instant, exact: exactText(at) }
}

function still(label: string, text: string): Fact {
  return { label, text }
}
