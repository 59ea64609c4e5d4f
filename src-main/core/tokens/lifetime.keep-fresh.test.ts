import { beforeEach, describe, expect, it } from 'vitest'
import type { CatalogEntry } from '../credential-record.ts'
import { type FreshChoices, isInUse, isKeptFresh, DAY, HOUR, MINUTE } from './lifetime.ts'
import type { OAuthProvider } from '../provider.ts'
import { nextStatusChange, toSummary } from '../list/summary.ts'
import { START, sampleGrant, sampleProvider, sampleTokens } from '../testing/samples.ts'
import { scheduledTokens } from '../testing/scheduled-tokens.ts'

const { ref } = sampleGrant()
type World = ReturnType<typeof scheduledTokens>
let clock: World['clock']
let repository: World['repository']
let oauth: World['oauth']
let tokens: World['tokens']
let scheduler: World['scheduler']
let found: World['found']
let choices: FreshChoices

beforeEach(() => {
  choices = {}
  ;({ clock, repository, oauth, tokens, scheduler, found } = scheduledTokens(() => choices))
})

const provider = (refresh: Partial<OAuthProvider['refresh']>): OAuthProvider => ({
  ...sampleProvider,
  refresh: { ...sampleProvider.refresh, ...refresh }
})
const endless = { expiry: { kind: 'never' } } as const

describe('whether an unused sign-in is refreshed', () => {
  const rows: [string, boolean | null, FreshChoices, boolean][] = [
    ['a provider that rotates', true, {}, false],
    ['a provider that does not', false, {}, true],
    ['a provider of which that is not known', null, {}, true],
    ['a provider that rotates, where a person wants it', true, { [ref.service]: true }, true],
    ['a provider that does not, where a person does not', false, { [ref.service]: false }, false],
    ['a provider that rotates, where a person wants another', true, { github: true }, false]
  ]
  it.each(rows)('at %s', async (_name, rotates, chosen, expected) => {
    choices = chosen
    await repository.save(sampleGrant({ provider: provider({ rotates }) }))
    expect(isKeptFresh(found(), choices)).toBe(expected)
    scheduler.start()
    await clock.pass(3 * HOUR)
    expect(oauth.spent.length > 0).toBe(expected)
  })

  it('a sign-in in use is refreshed before its expiry all the same', async () => {
    await repository.save(sampleGrant({ provider: provider({ rotates: true }) }))
    clock.jump(MINUTE)
    await tokens.getToken(ref)
    expect(isInUse(found())).toBe(true)
    scheduler.start()
    await clock.pass(5 * HOUR)
    // One refresh for the earlier use; the new token is unused.
    expect(oauth.spent).toEqual(['refresh-1'])
    expect(isInUse(found())).toBe(false)
  })

  it('an unused sign-in is refreshed by its next use', async () => {
    await repository.save(sampleGrant({ provider: provider({ rotates: true }) }))
    scheduler.start()
    await clock.pass(DAY)
    await tokens.getToken(ref)
    expect(oauth.spent).toEqual(['refresh-1'])
  })
})

describe('a provider that ends unused sign-ins', () => {
  const idle = (rotates: boolean) => provider({ rotates, idleDays: 90 })

  it('is asked at three quarters of its limit for a grant that is kept alive, whose token never expires', async () => {
    oauth.next.push(...Array.from({ length: 10 }, () => endless))
    await repository.save(sampleGrant({ provider: idle(false), tokens: sampleTokens(endless) }))
    scheduler.start()
    clock.jump(67 * DAY)
    await clock.pass(HOUR)
    expect(oauth.spent).toEqual([])
    clock.jump(DAY)
    await clock.pass(HOUR)
    expect(oauth.spent).toEqual(['refresh-1'])
    expect(toSummary(found(), { now: clock.now(), refreshingSince: null }).useBefore).toBe(
      new Date((found().refreshedAt?.getTime() ?? 0) + 90 * DAY).toISOString()
    )
  })

  it('is asked only for grants that are kept alive; for others a person is told a week before', async () => {
    const entry = await repository.save(sampleGrant({ provider: idle(true), tokens: sampleTokens(endless) }))
    scheduler.start()
    clock.jump(82 * DAY)
    await clock.pass(HOUR)
    expect(oauth.spent).toEqual([])
    const at = (day: number) => {
      const now = new Date(START.getTime() + day * DAY)
      return toSummary(entry, { now, refreshingSince: null, isKeptFresh: false })
    }
    expect([at(82).status.kind, at(83).status.kind, at(100).status.kind]).toEqual([
      'valid',
      'expiring',
      'expiring'
    ])
    expect(at(83)).toMatchObject({
      keptFresh: false,
      useBefore: new Date(START.getTime() + 90 * DAY).toISOString()
    })
    expect(nextStatusChange(entry, START)).toEqual(new Date(START.getTime() + 83 * DAY))
  })

  it('has no effect without a known limit or a refresh token', async () => {
    const unlimited = await repository.save(sampleGrant())
    const single = await repository.save(
      sampleGrant({ provider: idle(true), tokens: sampleTokens({ refreshToken: null }) })
    )
    for (const entry of [unlimited, single]) {
      expect(toSummary(entry, { now: START, refreshingSince: null }).useBefore).toBeNull()
    }
    expect(toSummary(single, { now: START, refreshingSince: null }).keptFresh).toBeNull()
  })
})

describe('a provider that ends a sign-in at a certain age', () => {
  const limited = (idleDays: number | null) => provider({ rotates: true, idleDays, lifeDays: 180 })
  const on = (day: number) => new Date(START.getTime() + day * DAY)
  const shownOn = (day: number, entry: CatalogEntry) =>
    toSummary(entry, { now: on(day), refreshingSince: null, isKeptFresh: false })

  it('shows the end from the first day, and a person is told two weeks before', async () => {
    const entry = await repository.save(
      sampleGrant({ provider: limited(null), tokens: sampleTokens(endless) })
    )
    expect(shownOn(0, entry)).toMatchObject({ useBefore: null, signInBefore: on(180).toISOString() })
    expect([165, 166, 181].map((day) => shownOn(day, entry).status.kind)).toEqual([
      'valid',
      'expiring',
      'expiring'
    ])
    expect(nextStatusChange(entry, START)).toEqual(on(166))
    expect(nextStatusChange(entry, on(166))).toBeNull()
  })

  it('counts the age from the sign-in: only a new sign-in puts the end off, not a refresh', async () => {
    oauth.next.push(endless)
    await repository.save(sampleGrant({ provider: limited(null), tokens: sampleTokens(endless) }))
    clock.jump(100 * DAY)
    await tokens.refresh(ref)
    expect(oauth.spent).toEqual(['refresh-1'])
    expect(found().refreshedAt).toEqual(on(100))
    expect(shownOn(100, found()).signInBefore).toBe(on(180).toISOString())
    expect(shownOn(170, found()).status.kind).toBe('expiring')
    const again = sampleGrant({ provider: limited(null), tokens: sampleTokens(endless), obtainedAt: on(170) })
    await repository.save(again)
    expect(shownOn(170, found())).toMatchObject({
      status: { kind: 'valid' },
      signInBefore: on(350).toISOString()
    })
  })

  it('names the limit for idle sign-ins only if that comes first', async () => {
    const entry = await repository.save(sampleGrant({ provider: limited(90), tokens: sampleTokens(endless) }))
    expect(shownOn(0, entry)).toMatchObject({
      useBefore: on(90).toISOString(),
      signInBefore: on(180).toISOString()
    })
    expect(nextStatusChange(entry, START)).toEqual(on(83))
    const used = { ...entry, refreshedAt: on(120) }
    expect(shownOn(120, used)).toMatchObject({ useBefore: null, signInBefore: on(180).toISOString() })
    expect(nextStatusChange(used, on(120))).toEqual(on(166))
  })

  it('has no effect behind a lock, without a refresh token or without a known age', async () => {
    const old = await repository.save(sampleGrant({ provider: limited(null), tokens: sampleTokens(endless) }))
    const moment = { now: on(170), refreshingSince: null, isLocked: true }
    expect(toSummary(old, moment).status.kind).toBe('locked')
    const single = await repository.save(
      sampleGrant({ provider: limited(null), tokens: sampleTokens({ ...endless, refreshToken: null }) })
    )
    const unlimited = await repository.save(sampleGrant({ tokens: sampleTokens(endless) }))
    for (const entry of [single, unlimited]) {
      expect(shownOn(170, entry)).toMatchObject({ status: { kind: 'valid' }, signInBefore: null })
    }
  })
})

it('A sign-in that waits for its next use shows no next refresh', async () => {
  const entry = await repository.save(sampleGrant({ provider: provider({ rotates: true }) }))
  const shown = (isFresh: boolean, lastUsedAt: Date | null) =>
    toSummary({ ...entry, lastUsedAt }, { now: START, refreshingSince: null, isKeptFresh: isFresh })
  expect(shown(false, null).nextRefreshAt).toBeNull()
  expect(shown(false, START).nextRefreshAt).not.toBeNull()
  expect(shown(true, null).nextRefreshAt).not.toBeNull()
})
