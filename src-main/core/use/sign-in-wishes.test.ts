import { describe, expect, it } from 'vitest'
import type { SignInState, SignInWish, UsableAccount } from '#shared/broker/agents.ts'
import { credentialKey } from '#shared/credential.ts'
import { type ProblemCode, VaultError } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import { proposalWorld } from '../testing/proposal-world.ts'
import { type Client, unknownPeer } from './client.ts'
import type { Proposed } from './proposal.ts'
import type { Wish } from './propose.ts'
import { SignInWishes } from './sign-in-wishes.ts'

const bot: Client = { id: 'bot-id', name: 'bot' }
const ana = (part: Partial<UsableAccount> = {}): UsableAccount => ({
  service: 'github',
  account: 'ana',
  name: 'GitHub',
  kind: 'oauth',
  status: { kind: 'valid' },
  scopes: ['repo'],
  hosts: ['api.github.com'],
  readOnly: false,
  ...part
})
const over = { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null } as const
const again = { credential: credentialKey(ana()), mayRegister: false }
const page = 'https://github.com/login/device'

const progress = (part: Partial<SignInProgress> = {}): SignInProgress => ({
  attempt: 'attempt-1',
  service: 'github',
  name: 'GitHub',
  host: 'github.com',
  surface: 'browser',
  device: null,
  offersCode: false,
  state: { kind: 'waiting', until: '2026-11-21T10:05:00.000Z' },
  ...part
})
const byCode = progress({
  surface: 'device',
  device: { userCode: 'ABCD-EFGH', verificationUri: page, verificationUriComplete: `${page}?c=ABCD-EFGH` }
})
const problem = (code: ProblemCode): unknown => expect.objectContaining({ code })

function world(accounts: readonly UsableAccount[] = [ana()]) {
  const { add, clock, proposals } = proposalWorld()
  const listeners = new Set<() => void>()
  const state = { accounts, signIns: [] as readonly SignInProgress[] }
  const asked: Wish[] = []
  const wishes = new SignInWishes({
    usableBy: async () => state.accounts,
    propose: async (wish, { client }) => {
      asked.push(wish)
      const { id, until } = add(proposedOf(wish), client.id)
      return { state: 'waits', id, until: until.toISOString() }
    },
    proposals,
    signIns: () => state.signIns,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  })
  const stop = new AbortController()
  const follow = (part: Partial<SignInWish> = {}): Promise<SignInState> =>
    wishes.follow(
      { service: 'github', account: null, scope: null, reason: null, until: 'now', ...part },
      { client: bot, peer: unknownPeer, signal: stop.signal }
    )
  const change = (part: Partial<typeof state>): void => {
    Object.assign(state, part)
    for (const listener of listeners) listener()
  }
  const accept = (): void => {
    const [proposal] = proposals.list()
    if (proposal === undefined) throw new Error('Nothing waits.')
    proposals.accept(proposal)
    change({})
  }
  return { accept, asked, change, clock, follow, listeners, proposals, stop }
}

function proposedOf(wish: Wish): Proposed {
  if (wish.kind === 'service') return { kind: 'service', service: wish.service }
  const credential = credentialKey({ service: wish.service, account: wish.account ?? '' })
  if (wish.kind === 'scope') return { kind: 'scope', credential, scope: wish.scope }
  if (wish.kind === 'sign-in') return { kind: 'sign-in', credential }
  throw new VaultError('INTERNAL')
}

describe('a sign-in that a program wants', () => {
  it.each<[string, UsableAccount, Partial<SignInWish>]>([
    ['works', ana(), {}],
    ['has the scope', ana(), { scope: 'repo' }],
    ['is a key, which has no scopes', ana({ kind: 'api-key', scopes: [] }), { scope: 'repo' }]
  ])('is done where the entry %s', async (_why, entry, wish) => {
    const { asked, follow } = world([entry])
    expect(await follow({ until: 'end', ...wish })).toMatchObject({ state: 'done', account: 'ana' })
    expect(asked).toEqual([])
  })

  it.each<[string, readonly UsableAccount[], Partial<SignInWish>, string]>([
    ['a service that is not there', [], {}, 'service'],
    ['a scope that is missing', [ana()], { scope: 'gist' }, 'scope'],
    ['an entry whose sign-in is over', [ana({ status: over })], {}, 'sign-in'],
    ['an entry that is over, and a scope', [ana({ status: over })], { scope: 'gist' }, 'scope']
  ])('is proposed once for %s, and begins nothing', async (_what, accounts, wish, kind) => {
    const { asked, follow, proposals } = world(accounts)
    const first = await follow({ reason: 'open a pull request', ...wish })
    expect(first).toMatchObject({ state: 'waits', id: 'id-1' })
    expect(await follow(wish)).toEqual(first)
    expect(asked[0]).toMatchObject({ kind, service: 'github', reason: 'open a pull request' })
    expect(proposals.list()).toMatchObject([{ client: 'bot-id', what: { kind } }])
  })

  it('goes on to its end once the person has accepted it, and is not put on the list again', async () => {
    const { accept, asked, change, follow, listeners } = world([ana({ status: over })])
    const waiting = follow({ until: 'end' })
    await expect.poll(() => asked).toHaveLength(1)
    accept()
    expect(await follow()).toEqual({ state: 'accepted' })
    change({ signIns: [progress({ again })] })
    expect(await follow()).toEqual({ state: 'under-way', attempt: 'attempt-1', page: null })
    change({ signIns: [], accounts: [ana()] })
    expect(await waiting).toEqual({ state: 'done', account: 'ana', scopes: ['repo'] })
    expect([asked.length, listeners.size]).toEqual([1, 0])
  })

  it('is proposed again where it was accepted ten minutes ago and nobody signed in', async () => {
    const { accept, clock, follow } = world([])
    await follow()
    accept()
    clock.jump(600_000)
    expect(await follow()).toMatchObject({ state: 'waits', id: 'id-2' })
  })

  it('tells the page of a code, and neither the code nor the page of a redirect', async () => {
    const { change, follow } = world([ana({ status: over })])
    const waiting = follow({ until: 'page' })
    change({ signIns: [progress({ again })] })
    change({ signIns: [{ ...byCode, again }] })
    const state = await waiting
    expect(state).toEqual({ state: 'under-way', attempt: 'attempt-1', page })
    expect(JSON.stringify(state)).not.toContain('ABCD')
  })

  it('is told of no sign-in of another entry, and of no first one that it did not propose', async () => {
    const { change, follow } = world([])
    change({ signIns: [byCode] })
    expect(await follow()).toMatchObject({ state: 'waits' })
    const other = world([ana({ status: over })])
    const ofBob = { credential: credentialKey({ service: 'github', account: 'bob' }), mayRegister: false }
    other.change({ signIns: [{ ...byCode, again: ofBob }, byCode] })
    expect(await other.follow()).toMatchObject({ state: 'waits' })
  })

  it('is told of the first one that it proposed and the person accepted', async () => {
    const { accept, change, follow } = world([])
    await follow()
    accept()
    change({ signIns: [byCode] })
    expect(await follow()).toMatchObject({ state: 'under-way', page })
  })

  it('answers with what is so when it is given up, and leaves the proposal', async () => {
    const { asked, follow, listeners, proposals, stop } = world([ana({ status: over })])
    const waiting = follow({ until: 'end' })
    await expect.poll(() => asked).toHaveLength(1)
    stop.abort()
    expect(await waiting).toMatchObject({ state: 'waits' })
    expect([proposals.list().length, listeners.size]).toEqual([1, 0])
  })

  it('is refused once the person has dismissed it', async () => {
    const { asked, change, follow, proposals } = world([ana({ status: over })])
    const waiting = follow({ until: 'end' })
    await expect.poll(() => asked).toHaveLength(1)
    proposals.list().forEach((each) => proposals.dismiss(each))
    change({})
    await expect(waiting).rejects.toEqual(problem('APPROVAL_DENIED'))
  })

  it('says that the store is locked, and which account is meant', async () => {
    expect(await world([ana({ status: { kind: 'locked' } })]).follow()).toEqual({ state: 'locked' })
    const both = world([ana(), ana({ account: 'bob' })])
    await expect(both.follow()).rejects.toEqual(problem('INVALID_REQUEST'))
    await expect(both.follow({ account: 'eve' })).rejects.toEqual(problem('UNKNOWN_SERVICE'))
    expect(await both.follow({ account: 'bob' })).toMatchObject({ state: 'done', account: 'bob' })
  })
})
