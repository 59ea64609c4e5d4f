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
  /** The person has cancelled meanwhile. */
  readonly isOver: () => boolean
  /** What to do when somebody else than before has signed in. Rejects when the attempt ends without an answer. */
  readonly asks: (who: OtherPerson) => Promise<OtherAccountAnswer>
}

export type OtherPerson = Pick<OtherAccount, 'expected' | 'found'>

/** Makes ready for the entry that a sign-in is for, where that is known before its answer has come. */
export function prepareEntry({ provider, target }: SignInPlan, repository: CredentialRepository): void {
  if (target.kind === 'again') repository.prepare(target.ref)
  else if (target.account !== null) {
    repository.prepare({ service: provider.id, account: target.account })
  }
}

/**
 * Stores what a sign-in brought: in the entry it was for, or under an account that is nobody else's. Throws
 * SIGN_IN_CANCELLED, STORE_WRITE_FAILED, KEYCHAIN_*; the grant is revoked then unless that might end one that is stored,
 * and so is one whose place it takes and that would go on, so that none is left behind that nobody knows of.
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
 * Ends a grant that has come when nobody waited for it any more, unless that might end one that is stored. Never throws;
 * what the provider answers changes nothing here.
 */
export async function endUnwanted(
  asked: Pick<SignInPlan, 'provider' | 'client' | 'scopes'>,
  grant: AuthorizedGrant,
  { oauth, repository, clock }: Pick<Ports, 'oauth' | 'repository' | 'clock'>
): Promise<void> {
  const unwanted = record(asked, grant, clock.now())
  if (!(await mayEndAnother(unwanted, repository))) await oauth.revoke(unwanted)
}

/** Many providers end every grant of a person and a client by one revocation; who cannot be told apart may be the same. */
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

/** Each sign-in at Supabase Auth is a session of its own, and no other ends with it. */
function isSession({ provider }: OAuthGrant): boolean {
  return provider.endpoints.kind === 'gotrue'
}

/** Where it goes: as planned, unless somebody else has signed in and the person wants an entry of its own for that. */
async function targetOf({ plan, grant, asks }: Brought): Promise<SignInPlan['target']> {
  const { target } = plan
  if (target.kind === 'new' || target.subject === null || grant.subject === null) return target
  if (target.subject === grant.subject) return target
  const answer = await asks({ expected: target.ref.account, found: cleanLabel(grant.accountLabel) })
  return answer === 'add' ? { kind: 'new', account: null } : target
}

/** The grant that is about to be replaced and would go on: somebody else's, or a session; null: none that is known. */
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

/** Free, or held by the same person. Two sign-ins without a subject can't be told apart and are kept apart. */
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
