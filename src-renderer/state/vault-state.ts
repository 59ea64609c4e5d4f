import type { CredentialSummary } from '#shared/credential.ts'
import type { VaultSnapshot } from '#shared/ipc.ts'
import { unpack } from '#shared/packed-list.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { Problem } from '#shared/problem.ts'

export type Credentials = ReadonlyMap<string, CredentialSummary>
export type SignIns = ReadonlyMap<string, SignInProgress>

/** A numbered delta of the list. */
export type Change = {
  readonly revision: number
  readonly upserted: readonly CredentialSummary[]
  readonly removed: readonly string[]
}

export type ReadyState = Omit<VaultSnapshot, 'credentials' | 'signIns' | 'total'> & {
  readonly kind: 'ready'
  readonly credentials: Credentials
  /** False while only the first page of a long list is here, so that nothing can be counted. */
  readonly isWhole: boolean
  readonly signIns: SignIns
}

export type VaultState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | ReadyState

export function fromSnapshot({ credentials, signIns, total, ...snapshot }: VaultSnapshot): ReadyState {
  const page = unpack(credentials)
  return {
    ...snapshot,
    kind: 'ready',
    credentials: byId(page),
    isWhole: page.length === total,
    signIns: new Map(signIns.map((progress) => [progress.attempt, progress]))
  }
}

export function byId(credentials: readonly CredentialSummary[]): Credentials {
  return new Map(credentials.map((credential) => [credential.id, credential]))
}

export type Applied = { readonly state: ReadyState; readonly gap: boolean }

/** Applies numbered deltas in order. A known number is skipped; a missing one ends it with `gap`. */
export function applyChanges(state: ReadyState, changes: readonly Change[]): Applied {
  const fresh = changes
    .filter((change) => change.revision > state.revision)
    .toSorted((a, b) => a.revision - b.revision)
  if (fresh.length === 0) return { state, gap: false }
  const credentials = new Map(state.credentials)
  let revision = state.revision
  for (const change of fresh) {
    if (change.revision === revision) continue
    if (change.revision !== revision + 1) return { state: { ...state, credentials, revision }, gap: true }
    for (const credential of change.upserted) credentials.set(credential.id, credential)
    for (const id of change.removed) credentials.delete(id)
    revision = change.revision
  }
  return { state: { ...state, credentials, revision }, gap: false }
}

/** Removes a finished sign-in, because its credential shows the result. */
export function withSignIn(state: ReadyState, progress: SignInProgress): ReadyState {
  const signIns = new Map(state.signIns)
  if (progress.state.kind === 'done') signIns.delete(progress.attempt)
  else signIns.set(progress.attempt, progress)
  return { ...state, signIns }
}

export function withoutSignIn(state: ReadyState, attempt: string): ReadyState {
  const signIns = new Map(state.signIns)
  signIns.delete(attempt)
  return { ...state, signIns }
}
