import { beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, SECOND } from '../tokens/lifetime.ts'
import type { OAuthProvider, Provider } from '../provider.ts'
import { settle } from '../testing/fake-clock.ts'
import { FakeSurface } from '../testing/fake-surface.ts'
import type { SignInPlace } from './surface-ports.ts'
import { START, sampleProvider } from '../testing/samples.ts'
import { signInWish, signInWorld } from '../testing/sign-in-world.ts'

const embeddedForbidden: OAuthProvider = { ...sampleProvider, id: 'strict', embedded: 'forbidden' }
const coded: OAuthProvider = { ...sampleProvider, id: 'coded', surfaces: ['device', 'browser'] }
const rows: readonly Provider[] = [sampleProvider, embeddedForbidden, coded]

type World = ReturnType<typeof signInWorld>
let clock: World['clock']
let oauth: World['oauth']
let surface: World['surface']
let service: World['service']
let progress: World['progress']
let copied: World['copied']
let windowFailures: World['windowFailures']
let alwaysUseBrowser: boolean

beforeEach(() => {
  alwaysUseBrowser = false
  const world = signInWorld({ rows: () => rows, alwaysUseBrowser: () => alwaysUseBrowser })
  ;({ clock, oauth, surface, service, progress, copied, windowFailures } = world)
})

describe('where the provider’s page is shown', () => {
  it('is the browser for a provider that forbids embedding', async () => {
    expect((await service.start(signInWish({ provider: 'strict' }))).surface).toBe('browser')
  })

  it('is the browser for a person who always wants that', async () => {
    alwaysUseBrowser = true
    expect((await service.start(signInWish())).surface).toBe('browser')
    expect(surface.last.view.surface).toBe('browser')
  })

  it('is told where the answer comes, which the page’s address may not say', async () => {
    await service.start(signInWish())
    expect(surface.last.view.redirectUri).toBe('http://127.0.0.1:28417/callback')
  })
})

describe('a page that does not work in the window', () => {
  it.each([
    ['the provider refuses windows', () => surface.last.actions.windowRefused()],
    ['the person goes on in the browser', () => surface.last.actions.continueInBrowser()]
  ])('is remembered when %s, and opens in the browser next time', async (_how, happens) => {
    const { attempt, surface: first } = await service.start(signInWish())
    expect(first).toBe('window')
    happens()
    expect([...windowFailures]).toEqual(['sso.example.net'])
    service.cancel(attempt)
    await settle()
    expect((await service.start(signInWish())).surface).toBe('browser')
  })

  it('is not remembered when it could not be loaded, unless it came after all', async () => {
    const { attempt } = await service.start(signInWish())
    surface.last.actions.pageUnreachable(true)
    service.continueInBrowser(attempt)
    expect(windowFailures.size).toBe(0)
    service.cancel(attempt)
    await settle()
    await service.start(signInWish())
    surface.last.actions.pageUnreachable(true)
    surface.last.actions.pageUnreachable(false)
    surface.last.actions.continueInBrowser()
    expect([...windowFailures]).toEqual(['sso.example.net'])
  })

  it('is not taken for one when the person cancels or does not come back', async () => {
    const { attempt } = await service.start(signInWish())
    service.cancel(attempt)
    await service.start(signInWish())
    await clock.pass(5 * MINUTE)
    expect(windowFailures.size).toBe(0)
  })

  it('is not remembered again by opening the browser a second time', async () => {
    alwaysUseBrowser = true
    const { attempt } = await service.start(signInWish())
    service.continueInBrowser(attempt)
    expect(windowFailures.size).toBe(0)
  })

  it('opens in the window again once it is forgotten', async () => {
    windowFailures.add('sso.example.net')
    const { attempt } = await service.start(signInWish())
    service.cancel(attempt)
    await settle()
    windowFailures.delete('sso.example.net')
    expect((await service.start(signInWish())).surface).toBe('window')
  })
})

describe('a place of its own', () => {
  const place = (change: Partial<SignInPlace> = {}): SignInPlace & { readonly surface: FakeSurface } => ({
    kind: null,
    hasBrowser: true,
    ...change,
    surface: new FakeSurface()
  })

  it('shows the page in the browser there, and no window', async () => {
    const terminal = place()
    expect((await service.start(signInWish(), terminal)).surface).toBe('browser')
    expect(terminal.surface.last.view.surface).toBe('browser')
    expect(surface.opened).toEqual([])
  })

  it.each([
    ['a code where no browser can be opened and the provider offers that', true, 'device'],
    ['the page all the same where it does not', false, 'browser']
  ] as const)('shows %s', async (_what, hasDevice, shown) => {
    oauth.hasDevice = hasDevice
    expect((await service.start(signInWish(), place({ hasBrowser: false }))).surface).toBe(shown)
  })

  it('shows what was chosen, whatever the provider prefers', async () => {
    oauth.hasDevice = true
    const wish = signInWish({ provider: 'coded' })
    expect((await service.start(wish, place({ kind: 'browser', hasBrowser: false }))).surface).toBe('browser')
  })

  it('does not take over a sign-in that is under way', async () => {
    await service.start(signInWish())
    await expect(service.start(signInWish(), place())).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(service.list()).toHaveLength(1)
    expect(surface.last.focused).toBe(0)
  })
})

describe('going on by a code', () => {
  const granted = async (): Promise<void> => {
    oauth.devices[0]?.next.push('granted')
    await clock.pass(5 * SECOND)
  }

  it('is how a provider begins that prefers it, and opens no page', async () => {
    oauth.hasDevice = true
    const { surface: shown, device, state } = await service.start(signInWish({ provider: 'coded' }))
    expect(shown).toBe('device')
    expect(device?.userCode).toBe('WDJB-MJHT')
    expect(state).toEqual({ kind: 'waiting', until: new Date(START.getTime() + 10 * MINUTE).toISOString() })
    expect(oauth.pending).toHaveLength(0)
    await granted()
    expect(progress.at(-1)?.state.kind).toBe('done')
    expect(oauth.devices[0]?.isClosed).toBe(true)
  })

  it('takes the place of a page that is open, with the life of the code', async () => {
    oauth.hasDevice = true
    const { attempt, offersCode } = await service.start(signInWish())
    expect(offersCode).toBe(true)
    await clock.pass(4 * MINUTE)
    await service.switchToCode(attempt)
    expect(oauth.pending[0]?.isClosed).toBe(true)
    expect(surface.last.movedToDevice).toEqual(['https://sso.example.net/device?user_code=WDJB-MJHT'])
    await clock.pass(9 * MINUTE)
    expect(service.list()[0]?.state.kind).toBe('waiting')
    await clock.pass(MINUTE)
    expect(progress.at(-1)?.state).toMatchObject({ kind: 'failed', problem: { code: 'SIGN_IN_TIMED_OUT' } })
  })

  it('leaves the page as it is when the provider refuses', async () => {
    const { attempt } = await service.start(signInWish())
    await expect(service.switchToCode(attempt)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect(service.list()[0]?.surface).toBe('window')
    expect(oauth.pending[0]?.isClosed).toBe(false)
  })

  it('comes too late once the person has answered, and the code is dropped', async () => {
    oauth.hasDevice = true
    const { attempt } = await service.start(signInWish())
    const pending = oauth.pending[0]
    const gate = Promise.withResolvers<void>()
    if (pending !== undefined) pending.gate = gate.promise
    pending?.answer()
    await settle()
    await service.switchToCode(attempt)
    expect(oauth.devices[0]?.isClosed).toBe(true)
    gate.resolve()
    await settle()
    expect(progress.at(-1)?.state.kind).toBe('done')
  })

  it('is asked for once, however often the button is pressed', async () => {
    oauth.hasDevice = true
    const { attempt } = await service.start(signInWish())
    await Promise.all([service.switchToCode(attempt), service.switchToCode(attempt)])
    expect(oauth.devices.filter(({ isClosed }) => !isClosed)).toHaveLength(1)
    await service.switchToCode(attempt)
    expect(oauth.devices).toHaveLength(2)
  })

  it('keeps the code on the screen when its page is opened', async () => {
    oauth.hasDevice = true
    const { attempt } = await service.start(signInWish({ provider: 'coded' }))
    service.continueInBrowser(attempt)
    expect(surface.last.movedToBrowser).toBe(1)
    expect(service.list()[0]).toMatchObject({ surface: 'device', device: { userCode: 'WDJB-MJHT' } })
  })

  it('has no code to copy while a page is open', async () => {
    const { attempt } = await service.start(signInWish())
    await expect(surface.last.actions.copyCode()).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(() => service.userCode(attempt)).toThrow('There is no code to copy.')
    expect(copied).toEqual([])
  })
})
