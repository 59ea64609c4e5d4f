import { type CredentialRef, DEFAULT_ACCOUNT } from '#shared/credential.ts'
import type { OtherAccount, OtherAccountAnswer } from '#shared/other-account.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry, OAuthGrant } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import type { SignInPlan } from './sign-in-plan.ts'
import type { AuthorizedGrant, OAuthClient } from '../oauth-client.ts'
import { cleanText, isShowable } from '#shared/shown-text.ts'

type Ports = {
  readonly oauth: OAuthClient
  readonly repository: CredentialRepository
  readonly exclusively: <T>(ref: CredentialRef, task: () => Promise<T>) => Promise<T>
  readonly clock: Clock
}

type Brought = {
  readonly plan: SignInPlan
  readonly grant: AuthorizedGrant
  /** True if the person has cancelled meanwhile. */
  readonly isOver: () => boolean
  /**
   * Asks what to do if another person than before has signed in. Rejects if the attempt ends without an
   * answer.
   */
  readonly asks: (who: OtherPerson) => Promise<OtherAccountAnswer>
}

export type OtherPerson = Pick<OtherAccount, 'expected' | 'found'>

/** Prepares the entry of a sign-in if it is known before the answer. */
export function prepareEntry({ provider, target }: SignInPlan, repository: CredentialRepository): void {
  if (target.kind === 'again') repository.prepare(target.ref)
  else if (target.account !== null) {
    repository.prepare({ service: provider.id, account: target.account })
  }
}

/**
 * Saves the grant of a sign-in: in the entry that it was for, or under an account that is still free or the
 * same person's. Throws SIGN_IN_CANCELLED, STORE_WRITE_FAILED, KEYCHAIN_*; the new grant is then revoked. A
 * replaced grant that would live on is revoked too, so that no unknown grant is left behind. A revocation
 * that might end a stored grant is skipped.
 */
export async function keepGrant(brought: Brought, ports: Ports): Promise<CatalogEntry> {
  const { plan, grant, isOver } = brought
  const placed = record(plan, grant, ports.clock.now())
  try {
    const target = await targetOf(brought)
    const ref = await freeRef({ ...plan, target }, grant, ports.repository)
    ports.repository.prepare(ref)
    return await ports.exclusively(ref, async () => {
      if (isOver()) throw new VaultError('SIGN_IN_CANCELLED')
      const former = await leftBehind(ref, grant, ports.repository)
      const entry = await ports.repository.save({ ...placed, ref })
      if (former !== null && !(await mayEndAnother(former, ports.repository))) {
        await ports.oauth.revoke(former)
      }
      return entry
    })
  } catch (error) {
    if (!(await mayEndAnother(placed, ports.repository))) await ports.oauth.revoke(placed)
    throw error
  }
}

/**
 * Revokes a grant that is no longer wanted, unless that might end a stored one. Never throws; the provider's
 * answer changes nothing here.
 */
export async function endUnwanted(
  asked: Pick<SignInPlan, 'provider' | 'client' | 'scopes'>,
  grant: AuthorizedGrant,
  { oauth, repository, clock }: Pick<Ports, 'oauth' | 'repository' | 'clock'>
): Promise<void> {
  const unwanted = record(asked, grant, clock.now())
  if (!(await mayEndAnother(unwanted, repository))) await oauth.revoke(unwanted)
}

/**
 * True if a revocation might end another stored grant: many providers end all grants of a person and a client
 * at once, and people who cannot be told apart may be the same.
 */
async function mayEndAnother(grant: OAuthGrant, store: CredentialRepository): Promise<boolean> {
  const { provider, client, subject } = grant
  const { issuer } = provider.endpoints
  if (isSession(grant)) return false
  const alike = store
    .list()
    .filter((entry) => entry.provider?.endpoints.issuer === issuer && entry.clientId === client.id)
  for (const { ref } of alike) {
    const held = await store.load(ref).catch(() => null)
    if (held?.kind !== 'oauth' || held.subject === null || subject === null) return true
    if (held.subject === subject) return true
  }
  return false
}

/** True at Supabase Auth, where each sign-in is a session of its own and ends alone. */
function isSession({ provider }: OAuthGrant): boolean {
  return provider.endpoints.kind === 'gotrue'
}

/**
 * Returns the target: as planned, or a new entry if another person has signed in and a separate entry is
 * wanted.
 */
async function targetOf({ plan, grant, asks }: Brought): Promise<SignInPlan['target']> {
  const { target } = plan
  if (target.kind === 'new' || target.subject === null || grant.subject === null) return target
  if (target.subject === grant.subject) return target
  const answer = await asks({ expected: target.ref.account, found: cleanLabel(grant.accountLabel) })
  return answer === 'add' ? { kind: 'new', account: null } : target
}

/**
 * Returns the grant that is about to be replaced and would live on: another person's, or a session. Null:
 * none known.
 */
async function leftBehind(
  ref: CredentialRef,
  { subject }: AuthorizedGrant,
  store: CredentialRepository
): Promise<OAuthGrant | null> {
  const held = store.find(ref) === null ? null : await store.load(ref).catch(() => null)
  if (held?.kind !== 'oauth') return null
  if (isSession(held)) return held
  if (held.subject === null || subject === null) return null
  return held.subject === subject ? null : held
}

function record(
  plan: Pick<SignInPlan, 'provider' | 'client' | 'scopes'>,
  grant: AuthorizedGrant,
  now: Date
): OAuthGrant {
  return {
    kind: 'oauth',
    ref: { service: plan.provider.id, account: plan.provider.id },
    provider: plan.provider,
    client: plan.client,
    clientMark: null,
    tokens: grant.tokens,
    formerRefreshToken: null,
    scopesRequested: plan.scopes,
    scopesGranted: grant.scopesGranted,
    subject: grant.subject,
    obtainedAt: now,
    refreshedAt: null
  }
}

async function freeRef(
  plan: SignInPlan,
  grant: AuthorizedGrant,
  store: CredentialRepository
): Promise<CredentialRef> {
  if (plan.target.kind === 'again') return plan.target.ref
  const wishes = { typed: plan.target.account, fromProvider: grant.accountLabel, subject: grant.subject }
  for (const account of accountLabels(wishes)) {
    const ref = { service: plan.provider.id, account }
    if (await mayTake(ref, grant.subject, store)) return ref
  }
  throw new VaultError('INTERNAL')
}

/**
 * True if the entry is free or belongs to the same person. Sign-ins without a subject can't be told apart and
 * get separate entries.
 */
async function mayTake(
  ref: CredentialRef,
  subject: string | null,
  store: CredentialRepository
): Promise<boolean> {
  if (store.find(ref) === null) return true
  if (subject === null) return false
  const held = await store.load(ref).catch(() => null)
  return held?.kind === 'oauth' && held.subject === subject
}

const LONGEST_LABEL = 120
const SHORT_SUBJECT = 8

/** Returns a provider's label in a form that can be shown and stored. Null: nothing is left of it. */
export function cleanLabel(label: string | null): string | null {
  if (label === null) return null
  const shown = cleanText(label, ' ')
  const trimmed = Array.from(shown.replace(/\s+/g, ' ').trim()).slice(0, LONGEST_LABEL).join('')
  return trimmed === '' || !isShowable(trimmed) ? null : trimmed
}

type Choice = {
  /** Account that the person typed. Null: none. */
  readonly typed: string | null
  readonly fromProvider: string | null
  readonly subject: string | null
}

/**
 * Yields names for the account in order of preference: the wish, then the wish with the subject, then with a
 * number.
 */
export function* accountLabels({ typed, fromProvider, subject }: Choice): Generator<string> {
  const wish = typed ?? cleanLabel(fromProvider) ?? DEFAULT_ACCOUNT
  yield wish
  const short = cleanLabel(subject)?.slice(0, SHORT_SUBJECT) ?? null
  if (short !== null && short !== wish) yield `${wish} (${short})`
  for (let number = 2; ; number += 1) yield `${wish} (${String(number)})`
}
