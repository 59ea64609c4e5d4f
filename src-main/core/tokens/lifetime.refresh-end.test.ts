import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry, RefreshEnd } from '../credential-record.ts'
import type { OAuthProvider } from '../provider.ts'
import { Secret } from '../secret.ts'
import { nextStatusChange, toSummary } from '../list/summary.ts'
import { START, sampleGrant, sampleProvider, sampleTokens } from '../testing/samples.ts'
import { scheduledTokens } from '../testing/scheduled-tokens.ts'
import { type FreshChoices, DAY, HOUR, MINUTE } from './lifetime.ts'

const { ref } = sampleGrant()
const endless = { expiry: { kind: 'never' } } as const
const on = (day: number): Date => new Date(START.getTime() + day * DAY)
const told = (day: number, toldOn = 0): RefreshEnd => ({ kind: 'at', at: on(day), toldAt: on(toldOn) })
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

/** Saves a sign-in whose server named `refreshEnd`, at a provider whose documentation names `rules`. */
async function signedIn(
  refreshEnd: RefreshEnd | null,
  rules: Partial<OAuthProvider['refresh']> = {}
): Promise<CatalogEntry> {
  const provider = { ...sampleProvider, refresh: { ...sampleProvider.refresh, ...rules } }
  const held = sampleTokens({ ...endless, ...(refreshEnd && { refreshEnd }) })
  return await repository.save(sampleGrant({ provider, tokens: held }))
}

const shown = (entry = found(), now = clock.now()) => {
  const { status, useBefore, signInBefore } = toSummary(entry, { now, refreshingSince: null })
  return { status: status.kind, useBefore, signInBefore }
}
const iso = (day: number): string => on(day).toISOString()
const same = { ...endless, refreshToken: new Secret('refresh-1') }

describe('the server’s own word on the end of a refresh token', () => {
  it('overrides the documented limits of idle and of old sign-ins', async () => {
    const entry = await signedIn(told(184), { idleDays: 90, lifeDays: 100 })
    expect(shown(entry)).toEqual({ status: 'valid', useBefore: iso(184), signInBefore: null })
    const rules = await signedIn(null, { idleDays: 90, lifeDays: 100 })
    expect(shown(rules)).toEqual({ status: 'valid', useBefore: iso(90), signInBefore: iso(100) })
  })

  it('may be that the token never ends, which overrides the documented limits', async () => {
    const entry = await signedIn({ kind: 'never' }, { idleDays: 90, lifeDays: 100 })
    expect(shown(entry, on(400))).toEqual({ status: 'valid', useBefore: null, signInBefore: null })
    expect(nextStatusChange(entry, START)).toBeNull()
  })

  it('has no effect without a refresh token', async () => {
    const single = sampleTokens({ ...endless, refreshToken: null, refreshEnd: told(1) })
    const entry = await repository.save(sampleGrant({ tokens: single }))
    expect(shown(entry, on(2))).toEqual({ status: 'valid', useBefore: null, signInBefore: null })
  })

  it('is told to a person a week before, or in the last tenth of a shorter life', async () => {
    const long = await signedIn(told(184))
    expect(nextStatusChange(long, START)).toEqual(on(177))
    expect([176, 177].map((day) => shown(long, on(day)).status)).toEqual(['valid', 'expiring'])
    const short = await signedIn({
      kind: 'at',
      at: new Date(START.getTime() + 30 * MINUTE),
      toldAt: START
    })
    const after = (minutes: number) => shown(short, new Date(START.getTime() + minutes * MINUTE)).status
    expect([after(0), after(26), after(27)]).toEqual(['valid', 'valid', 'expiring'])
  })
})

describe('a refresh', () => {
  it('that brings a new token and its end puts the end off', async () => {
    await signedIn(told(184))
    clock.jump(10 * DAY)
    oauth.next.push({ ...endless, refreshEnd: told(194, 10) })
    await tokens.refresh(ref)
    expect(shown()).toEqual({ status: 'valid', useBefore: iso(194), signInBefore: null })
  })

  it('that keeps the token and names no end leaves the known end, which use does not put off', async () => {
    await signedIn(told(100), { idleDays: 90 })
    clock.jump(10 * DAY)
    oauth.next.push(same)
    await tokens.refresh(ref)
    expect(shown()).toEqual({ status: 'valid', useBefore: null, signInBefore: iso(100) })
    // A tenth of a hundred days, which is less than two weeks.
    expect([89, 90].map((day) => shown(found(), on(day)).status)).toEqual(['valid', 'expiring'])
  })

  it('that names the same end again does not put it off, however often', async () => {
    await signedIn(told(100))
    for (const day of [10, 20]) {
      clock.jump(10 * DAY)
      oauth.next.push({ ...endless, refreshEnd: told(100, day) })
      await tokens.refresh(ref)
      expect(shown()).toMatchObject({ useBefore: null, signInBefore: iso(100) })
    }
  })

  it('that names an earlier end is believed, and may put it off again', async () => {
    await signedIn(told(184))
    clock.jump(10 * DAY)
    oauth.next.push({ ...endless, refreshEnd: told(100, 10) })
    await tokens.refresh(ref)
    expect(shown()).toMatchObject({ useBefore: iso(100), signInBefore: null })
  })

  it('that replaces the token and names no end restores the documented limits', async () => {
    await signedIn(told(184), { idleDays: 90 })
    clock.jump(10 * DAY)
    oauth.next.push(endless)
    await tokens.refresh(ref)
    expect(shown()).toEqual({ status: 'valid', useBefore: iso(100), signInBefore: null })
    expect(found()).not.toHaveProperty('refreshEnd')
  })

  it('that goes back to the former token removes the end of its successor', async () => {
    const former = new Secret('refresh-0')
    const held = sampleTokens({ ...endless, refreshEnd: told(100) })
    await repository.save(sampleGrant({ tokens: held, formerRefreshToken: former, refreshedAt: START }))
    clock.jump(5 * MINUTE)
    oauth.next.push(new VaultError('REFRESH_REJECTED'), { ...endless, refreshToken: former })
    await tokens.refresh(ref)
    expect(oauth.spent).toEqual(['refresh-1', 'refresh-0'])
    expect(found()).not.toHaveProperty('refreshEnd')
  })

  it('that says that the token never ends removes the former end', async () => {
    await signedIn(told(184))
    oauth.next.push({ ...endless, refreshEnd: { kind: 'never' } })
    await tokens.refresh(ref)
    expect(shown()).toMatchObject({ useBefore: null, signInBefore: null })
  })
})

describe('an end that has passed', () => {
  it('ends nothing on its own: the next use tries, and works if the server takes the token', async () => {
    const held = sampleTokens({ refreshEnd: told(1) })
    await repository.save(sampleGrant({ tokens: held }))
    clock.jump(3 * DAY)
    expect(shown()).toMatchObject({ status: 'expiring', useBefore: iso(1) })
    expect(found().health).toEqual({ kind: 'ok' })
    const token = await tokens.getToken(ref)
    expect(token.expose((text) => text)).toBe('access-2')
    expect(shown().status).toBe('valid')
  })

  it('requires a new sign-in only when the server refuses the token', async () => {
    await repository.save(sampleGrant({ tokens: sampleTokens({ refreshEnd: told(1) }) }))
    clock.jump(3 * DAY)
    oauth.next.push(new VaultError('REFRESH_REJECTED'))
    await expect(tokens.getToken(ref)).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
    expect(found().health).toMatchObject({ kind: 'needs-sign-in' })
  })
})

describe('a sign-in that is kept fresh', () => {
  it.each([
    [true, ['refresh-1']],
    [false, []]
  ])(
    '(%s) is refreshed at three quarters of the life that the server told, else by its next use',
    async (kept, spent) => {
      choices = { [ref.service]: kept }
      await signedIn(told(100), { rotates: true })
      oauth.next.push({ ...endless, issuedAt: on(75), refreshEnd: told(175, 75) })
      scheduler.start()
      clock.jump(74 * DAY)
      await clock.pass(HOUR)
      expect(oauth.spent).toEqual([])
      clock.jump(DAY)
      await clock.pass(HOUR)
      expect(oauth.spent).toEqual(spent)
      expect(shown().useBefore).toBe(iso(kept ? 175 : 100))
    }
  )

  it('is refreshed just once if a refresh does not put the end off', async () => {
    await signedIn(told(100))
    oauth.next.push(same, same)
    scheduler.start()
    clock.jump(76 * DAY)
    await clock.pass(HOUR)
    clock.jump(20 * DAY)
    await clock.pass(HOUR)
    expect(oauth.spent).toEqual(['refresh-1'])
    expect(shown()).toEqual({ status: 'expiring', useBefore: null, signInBefore: iso(100) })
  })
})
