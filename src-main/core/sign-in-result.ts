import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { accountLabels } from './account-label.ts'
import type { CatalogEntry, OAuthGrant } from './credential-record.ts'
import type { AuthorizedGrant, Clock, CredentialRepository, OAuthClient } from './ports.ts'
import type { SignInPlan } from './sign-in-plan.ts'

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
}

/**
 * Stores what a sign-in brought, under an account that is nobody else's. Throws SIGN_IN_DENIED when somebody else
 * than before has signed in, SIGN_IN_CANCELLED, STORE_WRITE_FAILED, KEYCHAIN_*; the grant is revoked then, so that
 * none is left behind that nobody knows of.
 */
export async function keepGrant({ plan, grant, isOver }: Brought, ports: Ports): Promise<CatalogEntry> {
  const placed = record(plan, grant, ports.clock.now())
  try {
    requireSamePerson(plan, grant)
    const ref = await freeRef(plan, grant, ports.repository)
    return await ports.exclusively(ref, async () => {
      if (isOver()) throw new VaultError('SIGN_IN_CANCELLED')
      return await ports.repository.save({ ...placed, ref })
    })
  } catch (error) {
    await ports.oauth.revoke(placed)
    throw error
  }
}

function record(plan: SignInPlan, grant: AuthorizedGrant, now: Date): OAuthGrant {
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

function requireSamePerson({ target }: SignInPlan, { subject }: AuthorizedGrant): void {
  if (target.kind === 'new' || target.subject === null || subject === null) return
  if (target.subject === subject) return
  throw new VaultError('SIGN_IN_DENIED', {
    message:
      `Another account than “${target.ref.account}” was signed in at the provider. Nothing was replaced. ` +
      `Sign in as “${target.ref.account}”, or add the other account as a new sign-in.`
  })
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
