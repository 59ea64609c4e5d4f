import { describe, expect, it } from 'vitest'
import type { ProposalWish } from '#shared/broker/proposals.ts'
import { type ProblemCode, VaultError } from '#shared/problem.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleGrant, sampleKey } from '../testing/samples.ts'
import { approvalWorld, bot, sampleWanted } from '../testing/use-world.ts'
import type { AccessRules } from '../use/access-rules.ts'
import { type Client, unknownPeer } from '../use/client.ts'
import { Clients } from '../use/clients.ts'
import { Proposals } from '../use/proposals.ts'
import { isThere, propose, type Wish } from '../use/propose.ts'
import { proposalHandlers } from './proposal-requests.ts'
import { credentialShower } from './shown-credential.ts'

type Rule = Extract<ProposalWish, { kind: 'rule' }>
type Row = { readonly action: string } & Readonly<Record<string, unknown>>

const rule = (change: Partial<Rule> = {}): Rule => ({
  kind: 'rule',
  service: 'sso.example.net',
  account: null,
  host: null,
  methods: ['GET'],
  path: '/v1/**',
  scope: null,
  reason: null,
  ...change
})
const service: ProposalWish = { kind: 'service', service: 'github', reason: null }
const scope: ProposalWish = {
  kind: 'scope',
  service: 'sso.example.net',
  account: null,
  scope: 'repo',
  reason: null
}
const problem = (code: ProblemCode): unknown => expect.objectContaining({ code })

/** The real rules over a repository with a sign-in and a key, and a log in memory. */
async function world() {
  const { approvals, clock } = approvalWorld()
  const repository = new MemoryRepository()
  await repository.save(sampleGrant())
  await repository.save(sampleKey())
  const state = {
    rules: {
      hosts: ['api.example.net'],
      localHosts: [],
      readOnly: false,
      rules: [],
      clientRules: []
    } as AccessRules | null,
    refusal: null as string | null,
    needsSignIn: true,
    isAuditFull: false
  }
  const rows: Row[] = []
  const note = async (action: string, fields: object): Promise<void> => {
    if (state.isAuditFull) throw new VaultError('STORE_WRITE_FAILED')
    rows.push({ action, ...fields })
  }
  let ids = 0
  const proposals = new Proposals({
    clock,
    newId: () => `id-${String((ids += 1))}`,
    digest: (text) => `digest of ${text}`,
    read: () => ({ waiting: [], dismissed: [] }),
    write: () => undefined,
    isThere: (proposal) => isThere({ approvals, repository, needsSignIn: () => state.needsSignIn }, proposal)
  })
  const clients = new Clients({
    clock,
    newId: () => '',
    read: () => [{ ...bot, pairedAt: clock.now(), lastSeenAt: null }],
    write: () => undefined,
    onRemoved: () => undefined
  })
  const audit = { note } as unknown as Parameters<typeof proposalHandlers>[0]['activity']['audit']
  const directory = { find: (id: string) => (id === 'github' ? { name: 'GitHub' } : null) }
  const show = credentialShower({ repository, directory })
  const handlers = proposalHandlers({ activity: { approvals, clients, proposals, audit, show } })
  const ports = {
    proposals,
    repository,
    note,
    rulesFor: () => state.rules,
    isKnown: (id: string) => id === 'github',
    refusalFor: async () => state.refusal
  }
  const put = (wish: Wish, client: Client = bot) => propose(ports, wish, { client, peer: unknownPeer })
  const answer = async (decision: 'accept' | 'dismiss'): Promise<void> => {
    const [{ id, digest } = { id: '', digest: '' }] = await handlers.listProposals()
    await handlers.answerProposal({ id, digest, answer: decision })
  }
  return { approvals, repository, state, rows, handlers, put, answer }
}

describe('a proposal of a program', () => {
  it('waits, is shown with its client, and allows nothing', async () => {
    const { approvals, handlers, put } = await world()
    expect(await put(rule({ reason: 'nightly\u202Erun' }))).toMatchObject({ state: 'waits', id: 'id-1' })
    expect(await handlers.listProposals()).toMatchObject([
      {
        id: 'id-1',
        client: { id: 'bot-id', name: 'bot' },
        what: {
          kind: 'rule',
          service: 'sso.example.net',
          name: 'Example SSO',
          account: 'alice',
          host: 'api.example.net:443',
          methods: ['GET'],
          path: '/v1/**',
          scope: null
        },
        reason: 'nightly�run'
      }
    ])
    expect([approvals.given.list(), approvals.given.find(sampleWanted(), null)]).toEqual([[], null])
  })

  it('of a rule that was accepted is an approval for always, of exactly what was shown', async () => {
    const { approvals, handlers, put, answer } = await world()
    await put(rule({ path: '/v1/*/items' }))
    await answer('accept')
    expect(approvals.given.list()).toMatchObject([
      {
        client: 'bot-id',
        mode: 'use',
        methods: ['GET'],
        path: '/v1/*/items',
        isPattern: true,
        duration: 'always'
      }
    ])
    const found = (change: object): unknown =>
      approvals.given.find(sampleWanted({ path: '/v1/a/items', ...change }), null)
    expect(found({})).toMatchObject({ path: '/v1/*/items' })
    for (const change of [
      { path: '/v1/a/b/items' },
      { path: '/v1/a%2Fb/items' },
      { path: '/v1/items' },
      { path: '/v1/a/items/' },
      { method: 'HEAD' },
      { method: 'POST' },
      { host: 'other.example.net:443' },
      { scope: 'repo' },
      { client: 'other-id' },
      { mode: 'relay', method: 'ANY', path: '/**' },
      { mode: 'reveal', method: 'ANY', path: '/**' }
    ])
      expect([change, found(change)]).toEqual([change, null])
    expect([await handlers.listProposals(), await put(rule({ path: '/v1/*/items' }))]).toEqual([
      [],
      { state: 'accepted' }
    ])
  })

  it('of a service or a scope that was accepted allows nothing, and is accepted once it is there', async () => {
    const { approvals, repository, put, answer } = await world()
    for (const wish of [service, scope]) {
      await put(wish)
      await answer('accept')
      expect(approvals.given.list()).toEqual([])
      expect(await put(wish)).toMatchObject({ state: 'waits' })
      await answer('dismiss')
    }
    await repository.save(sampleGrant({ scopesGranted: ['repo'] }))
    await repository.save({ ...sampleKey(), ref: { service: 'github', account: 'ana' } })
    expect([await put(service), await put(scope)]).toEqual([{ state: 'accepted' }, { state: 'accepted' }])
  })

  it('of a sign-in again is shown by its entry, and is there once the entry needs none', async () => {
    const { state, handlers, put, answer, rows } = await world()
    const again = { kind: 'sign-in', service: 'sso.example.net', account: 'alice', reason: null } as const
    expect(await put(again)).toMatchObject({ state: 'waits' })
    const what = { kind: 'sign-in', service: 'sso.example.net', name: 'Example SSO', account: 'alice' }
    expect(await handlers.listProposals()).toMatchObject([{ what }])
    await answer('accept')
    expect(rows).toMatchObject([
      { action: 'propose', code: 'sign-in', credential: '["sso.example.net","alice"]' },
      { action: 'accept', code: 'sign-in' }
    ])
    state.needsSignIn = false
    expect(await put(again)).toEqual({ state: 'accepted' })
    const key = { ...again, service: 'stripe', account: 'default' }
    await expect(put(key)).rejects.toEqual(problem('INVALID_REQUEST'))
  })

  it('that was dismissed is told so', async () => {
    const { put, answer } = await world()
    await put(rule())
    await answer('dismiss')
    await expect(put(rule())).rejects.toEqual(problem('APPROVAL_DENIED'))
  })

  it('is written down with its answer', async () => {
    const { rows, put, answer } = await world()
    await put(rule({ methods: ['POST', 'GET'], reason: 'nightly run' }))
    await put(rule({ methods: ['GET', 'POST'] }))
    await answer('accept')
    await put(service)
    await answer('dismiss')
    const who = { client: 'bot-id', clientName: 'bot' }
    const reach = { method: 'GET,POST', host: 'api.example.net:443', path: '/v1/**', code: 'rule' }
    expect(rows).toMatchObject([
      { action: 'propose', ...who, ...reach, reason: 'nightly run', peer: unknownPeer },
      { action: 'accept', ...who, ...reach },
      { action: 'propose', ...who, code: 'service github', credential: null },
      { action: 'dismiss', ...who, code: 'service github' }
    ])
  })

  it('does not wait if it can not be written down', async () => {
    const { state, handlers, put } = await world()
    state.isAuditFull = true
    await expect(put(rule())).rejects.toEqual(problem('STORE_WRITE_FAILED'))
    expect(await handlers.listProposals()).toEqual([])
  })
})

describe('a proposal that can not be meant', () => {
  it.each<[string, ProposalWish, ProblemCode]>([
    ['a provider that is not known', { ...service, service: 'unheard.of' }, 'INVALID_REQUEST'],
    ['a service without a credential', rule({ service: 'github' }), 'UNKNOWN_SERVICE'],
    ['a scope for a key', { ...scope, service: 'stripe' }, 'INVALID_REQUEST'],
    ['a host that is none of the credential', rule({ host: 'evil.example.net' }), 'ORIGIN_NOT_ALLOWED'],
    ['every method', rule({ methods: ['ANY'] }), 'INVALID_REQUEST'],
    ['a path with a query', rule({ path: '/v1?x=1' }), 'INVALID_REQUEST'],
    ['a path with a character that can not be seen', rule({ path: '/v1\u202E/**' }), 'INVALID_REQUEST'],
    ['a path with a line break', rule({ path: '/v1\n/**' }), 'INVALID_REQUEST'],
    ['a path that climbs', rule({ path: '/v1/../admin' }), 'INVALID_REQUEST'],
    ['a path with hidden slashes', rule({ path: '/v1/%2Fadmin' }), 'INVALID_REQUEST'],
    ['a path without an end', rule({ path: `/${'x'.repeat(512)}` }), 'INVALID_REQUEST']
  ])('is refused: %s', async (_name, wish, code) => {
    const { handlers, put, rows } = await world()
    await expect(put(wish)).rejects.toEqual(problem(code))
    expect([await handlers.listProposals(), rows]).toEqual([[], []])
  })

  it('is refused where the policy gives the program no access', async () => {
    const { state, put } = await world()
    state.rules = null
    for (const wish of [rule(), scope]) await expect(put(wish)).rejects.toEqual(problem('APPROVAL_DENIED'))
  })

  it('is refused where the policy takes none of the program', async () => {
    const { state, rows, put } = await world()
    state.refusal = 'none'
    for (const wish of [rule(), scope, service])
      await expect(put(wish)).rejects.toEqual(problem('APPROVAL_DENIED'))
    expect(rows).toEqual([])
  })
})
