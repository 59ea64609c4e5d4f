import type { SignInState, SignInWish, UsableAccount } from '#shared/broker/agents.ts'
import type { ProposalAnswer } from '#shared/broker/proposals.ts'
import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import { statusTable } from '#shared/status.ts'
import type { Client, Peer } from './client.ts'
import type { Proposed } from './proposal.ts'
import type { Proposals } from './proposals.ts'
import type { Wish } from './propose.ts'
import type { StopSignal } from './stop-signal.ts'

export type SignInWishPorts = {
  /** What the client may use. Throws CONFIG_INVALID. */
  readonly usableBy: (client: Client) => Promise<readonly UsableAccount[]>
  /** Throws as `propose` of the rules. */
  readonly propose: (wish: Wish, asker: Proposer) => Promise<ProposalAnswer>
  readonly proposals: Pick<Proposals, 'wasAccepted'>
  /** Sign-ins that failed or are under way. */
  readonly signIns: () => readonly SignInProgress[]
  /** Calls `listener` when a credential, a proposal or a sign-in changes. Returns the function that ends that. */
  readonly onChange: (listener: () => void) => () => void
}

type Proposer = { readonly client: Client; readonly peer: Peer }
type Asker = Proposer & { readonly signal: StopSignal }
/** A wish whose account was chosen by the rules of the person, where it names none. */
type Wanted = Omit<SignInWish, 'from'>

/**
 * Sign-ins that programs would like to have. A program begins none: what is missing is put before the person as a proposal,
 * and the person who accepts it signs in. The program is told how that stands.
 */
export class SignInWishes {
  readonly #ports: SignInWishPorts

  constructor(ports: SignInWishPorts) {
    this.#ports = ports
  }

  /**
   * Resolves with the state that the wish waits for, or with that of now once `signal` is aborted. Throws UNKNOWN_SERVICE,
   * INVALID_REQUEST for several accounts and for a key, APPROVAL_DENIED as `propose`, CONFIG_INVALID and STORE_WRITE_FAILED.
   */
  async follow(wish: Wanted, { signal, ...asker }: Asker): Promise<SignInState> {
    let change = Promise.withResolvers<void>()
    const wake = (): void => change.resolve()
    const stop = this.#ports.onChange(wake)
    signal.addEventListener('abort', wake, { once: true })
    try {
      for (;;) {
        change = Promise.withResolvers<void>()
        const state = await this.#stateOf(wish, asker)
        if (signal.aborted || isAwaited(state, wish)) return state
        await change.promise
      }
    } finally {
      stop()
      signal.removeEventListener('abort', wake)
    }
  }

  async #stateOf(wish: Wanted, asker: Proposer): Promise<SignInState> {
    const { propose, proposals, usableBy } = this.#ports
    const entry = meantEntry(await usableBy(asker.client), wish)
    if (entry?.status.kind === 'locked') return { state: 'locked' }
    const what = missing(entry, wish)
    if (what === null) {
      const { account, scopes } = entry ?? { account: '', scopes: [] }
      return { state: 'done', account, scopes: [...scopes] }
    }
    const isAccepted = proposals.wasAccepted(asker.client.id, what)
    const running = isAccepted || entry !== null ? this.#running(what) : null
    if (running !== null) return underWay(running)
    if (isAccepted) return { state: 'accepted' }
    const answer = await propose(wishOf(what, entry, wish), asker)
    return answer.state === 'accepted' ? { state: 'accepted' } : answer
  }

  /** The sign-in under way that brings what is missing. Null: no such sign-in is under way. */
  #running(what: Missing): SignInProgress | null {
    const isFor = ({ again, service }: SignInProgress): boolean =>
      what.kind === 'service'
        ? again === undefined && service === what.service
        : again?.credential === what.credential
    return this.#ports.signIns().find((each) => each.state.kind !== 'failed' && isFor(each)) ?? null
  }
}

function isAwaited(state: SignInState, { until }: Wanted): boolean {
  if (until === 'now' || state.state === 'done' || state.state === 'locked') return true
  return until === 'page' && state.state === 'under-way' && state.page !== null
}

/** The entry that is meant. Null: the service has none. */
function meantEntry(
  all: readonly UsableAccount[],
  { service, account }: Pick<Wanted, 'service' | 'account'>
): UsableAccount | null {
  const ofService = all.filter((each) => each.service === service)
  const [found, ...others] = ofService.filter((each) => account === null || each.account === account)
  if (found === undefined && ofService.length > 0) {
    throw new VaultError('UNKNOWN_SERVICE', {
      message: 'The service has no such account. list_accounts names those that it has.'
    })
  }
  if (others.length > 0) {
    throw new VaultError('INVALID_REQUEST', {
      message: 'The service has several accounts. Name one as account.'
    })
  }
  return found ?? null
}

type Missing = Exclude<Proposed, { kind: 'rule' }>

/** What the person has to sign in for. Null: all that is wanted is there. */
function missing(entry: UsableAccount | null, { service, scope }: Wanted): Missing | null {
  if (entry === null) return { kind: 'service', service }
  const credential = credentialKey(entry)
  const lacksScope = scope !== null && entry.kind === 'oauth' && !entry.scopes.includes(scope)
  if (lacksScope) return { kind: 'scope', credential, scope }
  return needsSignIn(entry.status) ? { kind: 'sign-in', credential } : null
}

/** True if an entry works only after the person has signed in again. */
export const needsSignIn = ({ kind }: UsableAccount['status']): boolean =>
  statusTable[kind].action === 'sign-in'

function wishOf(what: Missing, entry: UsableAccount | null, { service, reason }: Wanted): Wish {
  if (what.kind === 'service') return { ...what, reason }
  const account = entry?.account ?? ''
  return what.kind === 'scope'
    ? { kind: 'scope', service, account, scope: what.scope, reason }
    : { kind: 'sign-in', service, account, reason }
}

/** The page of a code is public and holds no code; that of a redirect holds the state, so it is not told. */
function underWay({ attempt, device }: SignInProgress): SignInState {
  return { state: 'under-way', attempt, page: device?.verificationUri ?? null }
}
