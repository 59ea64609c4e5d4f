import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { credentialList } from '#shared/credential-list.ts'
import { type CredentialRef, credentialKey } from '#shared/credential.ts'
import type { VaultChange } from '#shared/ipc.ts'
import { unpack } from '#shared/packed-list.ts'
import { defaultPreferences } from '#shared/preferences.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { CredentialFeed } from './credential-feed.ts'

const DAY = 86_400_000

/** A feed over entries that the test changes by hand. */
function world(count = 3) {
  const clock = new FakeClock()
  let preferences = defaultPreferences
  const entries = new Map<string, CatalogEntry>()
  const told: VaultChange[] = []
  const ref = (index: number): CredentialRef => ({ service: 'stripe', account: `account-${index}` })
  const put = (index: number, changes: Partial<CatalogEntry> = {}): void => {
    entries.set(credentialKey(ref(index)), {
      ref: ref(index),
      kind: 'api-key',
      name: 'Stripe',
      provider: null,
      clientId: null,
      scopesRequested: [],
      scopesGranted: [],
      allowedHosts: ['api.stripe.com'],
      expiry: { kind: 'never' },
      issuedAt: clock.now(),
      renewable: false,
      masked: 'sk••••••••ef',
      backend: 'keychain',
      obtainedAt: clock.now(),
      refreshedAt: null,
      lastUsedAt: null,
      health: { kind: 'ok' },
      rotation: null,
      ...changes
    })
  }
  for (let index = 0; index < count; index += 1) put(index)
  const feed = new CredentialFeed({
    repository: {
      list: () => [...entries.values()],
      find: (wanted) => entries.get(credentialKey(wanted)) ?? null
    },
    clock,
    preferences: { get: () => preferences },
    onChange: (change) => told.push(change)
  })
  const choose = (part: Partial<typeof preferences>): void => {
    preferences = { ...preferences, ...part }
  }
  const statuses = () => feed.summaries().map(({ status }) => status.kind)
  return { feed, clock, told, ref, put, choose, statuses, entries }
}

describe('the summaries of a feed', () => {
  it('are made once, and again only for what has changed', () => {
    const { feed, put } = world()
    const before = feed.summaries()
    put(1, { health: { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' } })
    const after = feed.summaries()
    expect(after.map((summary, index) => summary === before[index])).toEqual([true, false, true])
    expect(after[1]?.status.kind).toBe('unreadable')
  })

  it('follow the clock in both directions', () => {
    const { clock, put, statuses } = world(1)
    put(0, { expiry: { kind: 'at', at: new Date(clock.now().getTime() + 30 * DAY) } })
    expect(statuses()).toEqual(['valid'])
    clock.jump(29.5 * DAY)
    expect(statuses()).toEqual(['expiring'])
    clock.jump(DAY)
    expect(statuses()).toEqual(['expired'])
    clock.jump(-30.5 * DAY)
    expect(statuses()).toEqual(['valid'])
  })

  it('follow the lock, a refresh and the preferences', () => {
    const { feed, ref, put, choose, statuses } = world(1)
    feed.locked(true)
    expect(statuses()).toEqual(['locked'])
    feed.locked(false)
    feed.refreshing(ref(0), new Date())
    expect(statuses()).toEqual(['refreshing'])
    feed.refreshing(ref(0), null)
    expect(statuses()).toEqual(['valid'])
    put(0, { renewable: true, kind: 'oauth' })
    expect(feed.summaries()[0]?.keptFresh).toBe(true)
    choose({ keepFresh: { stripe: false } })
    expect(feed.summaries()[0]?.keptFresh).toBe(false)
  })
})

describe('what a feed tells', () => {
  it('is nothing of what was there at the start', () => {
    const { feed, told } = world()
    feed.start()
    feed.publishAll()
    expect(told).toEqual([])
    expect(feed.page().revision).toBe(0)
  })

  it('is each change once, with the next number', () => {
    const { feed, told, put, ref, entries } = world()
    feed.start()
    put(1, { name: 'Other' })
    feed.publish(ref(1))
    feed.publish(ref(1))
    put(2, { name: 'Third' })
    entries.delete(credentialKey(ref(0)))
    feed.publishAll()
    expect(told.map(({ revision, removed }) => [revision, removed])).toEqual([
      [1, []],
      [2, [credentialKey(ref(0))]]
    ])
    expect(told.map(({ upserted }) => unpack(upserted).map(({ name }) => name))).toEqual([
      ['Other'],
      ['Third']
    ])
  })

  it('comes on its own when a status changes with time', async () => {
    const { feed, clock, told, put } = world(1)
    put(0, { expiry: { kind: 'at', at: new Date(clock.now().getTime() + DAY) } })
    feed.start()
    await clock.pass(DAY)
    const kinds = told.flatMap(({ upserted }) => unpack(upserted).map(({ status }) => status.kind))
    expect(kinds).toEqual(['expiring', 'expired'])
  })
})

describe('a page', () => {
  it('has those first that need the person, and says how many there are', () => {
    const { feed, put } = world(500)
    put(499, { health: { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' } })
    const { credentials, total } = feed.page(200)
    const shown = unpack(credentials)
    expect([shown.length, total]).toEqual([200, 500])
    expect(shown.map(({ account }) => account)).toEqual([
      'account-499',
      ...Array.from({ length: 199 }, (_, index) => `account-${index}`)
    ])
  })

  it('is the same object until something changes, and passes its check', () => {
    const { feed, put, ref } = world()
    const { credentials } = feed.page()
    expect(v.is(credentialList, credentials)).toBe(true)
    expect(feed.page().credentials).toBe(credentials)
    put(1, { name: 'Other' })
    feed.publish(ref(1))
    const after = unpack(feed.page().credentials)
    expect(after.map(({ name }) => name).toSorted()).toEqual(['Other', 'Stripe', 'Stripe'])
  })
})
