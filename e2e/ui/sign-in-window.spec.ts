import { join, resolve } from 'node:path'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { StripState } from '#shared/sign-in-strip.ts'
import { problem } from './seeds.ts'
import { expect, settled, test } from './ui-fixture.ts'
import { NOW } from './ui-page.ts'

const PICTURES = resolve(import.meta.dirname, '../../test-results/ui')
const until = new Date(NOW + 272_000).toISOString()

const device = {
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://sso.example.net/realms/main/device',
  verificationUriComplete: 'https://sso.example.net/realms/main/device?user_code=WDJB-MJHT'
}

function strip(progress: Partial<SignInProgress>, rest: Partial<StripState> = {}): StripState {
  const waiting: SignInProgress = {
    attempt: 'a',
    service: 'keycloak',
    name: 'Keycloak',
    host: 'sso.example.net',
    surface: 'window',
    device: null,
    offersCode: false,
    state: { kind: 'waiting', until }
  }
  const page = {
    origin: 'https://sso.example.net',
    secure: true,
    expected: true,
    refused: false,
    unreachable: false,
    theme: 'system'
  } as const
  return { progress: { ...waiting, ...progress }, ...page, ...rest }
}

const states = {
  window: strip({}),
  opening: strip({}, { origin: null }),
  unexpected: strip({}, { origin: 'https://login.example-id.com', expected: false }),
  insecure: strip({}, { origin: 'http://sso.example.net', secure: false }),
  refused: strip({ offersCode: true }, { refused: true }),
  unreachable: strip({ offersCode: true }, { unreachable: true }),
  long: strip(
    {},
    { origin: 'https://accounts.google.com.signin.very-long-name-of-a-host.login.example-id.com' }
  ),
  browser: strip({ surface: 'browser' }),
  device: strip({ surface: 'device', device, offersCode: true, host: 'sso.example.net' }),
  'device-plain': strip({ surface: 'device', device: { ...device, verificationUriComplete: null } }),
  'device-offered': strip({ offersCode: true }),
  'browser-offered': strip({ surface: 'browser', offersCode: true }),
  redeeming: strip({ surface: 'browser', state: { kind: 'redeeming' } }),
  'other-account': strip({
    state: { kind: 'other-account', expected: 'ana@example.net', found: 'ben@example.net', until }
  }),
  done: strip({ state: { kind: 'done', credential: 'x' } }),
  failed: strip({ state: { kind: 'failed', problem: problem('SIGN_IN_DENIED'), canRetry: true } })
} satisfies Record<string, StripState>

test.describe('every state of the sign-in window', () => {
  for (const [name, state] of Object.entries(states)) {
    test(`${name} is accessible and breaks no policy`, async ({ ui }) => {
      const page = await ui.open({ path: 'sign-in.html', strip: state, size: { width: 496, height: 544 } })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await settled(page)
        await page.screenshot({ path: join(PICTURES, `strip-${name}-${colorScheme}.png`) })
        await ui.audit(page)
      }
    })
  }
})

test('the strip is 52 pixels high and says where the page really is', async ({ ui }) => {
  const page = await ui.open({
    path: 'sign-in.html',
    strip: states.window,
    size: { width: 496, height: 544 }
  })
  const banner = page.getByRole('banner')
  await expect(banner).toContainText('sso.example.net')
  expect((await banner.boundingBox())?.height).toBe(52)
  await page.evaluate((state) => globalThis.fakes.strip.set(state), states.unexpected)
  await expect(banner).toContainText('Not where this sign-in began')
  await expect(banner).toContainText('login.example-id.com')
})

test('of a long host it is the end that is kept', async ({ ui }) => {
  const page = await ui.open({
    path: 'sign-in.html',
    strip: states.long,
    size: { width: 496, height: 544 }
  })
  const host = page.getByRole('banner').locator('bdi')
  const boxes = await host.evaluate((element) => {
    const range = document.createRange()
    const text = element.firstChild as Text
    range.setStart(text, text.length - 14)
    range.setEnd(text, text.length)
    const end = range.getBoundingClientRect()
    const frame = (element.parentElement as HTMLElement).getBoundingClientRect()
    return { end: end.right, start: end.left, frameStart: frame.left, frameEnd: frame.right }
  })
  expect(boxes.start).toBeGreaterThanOrEqual(boxes.frameStart)
  expect(boxes.end).toBeLessThanOrEqual(boxes.frameEnd + 1)
})

test('by keys: to the browser, the pasted address, and cancel', async ({ ui }) => {
  const page = await ui.open({
    path: 'sign-in.html',
    strip: states.browser,
    size: { width: 496, height: 544 }
  })
  await page.getByText('Browser didn’t return?').press('Enter')
  await page.getByLabel('Last address in the browser').focus()
  await page.keyboard.insertText('not an address')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Paste the full address.')).toBeVisible()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('http://127.0.0.1:9/cb?code=canary-code')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Last address in the browser')).toHaveValue('')
  await page.getByRole('button', { name: 'Open the browser again' }).press('Enter')
  await page.getByRole('button', { name: 'Cancel' }).press('Enter')
  expect(await page.evaluate(() => globalThis.fakes.strip.calls)).toEqual([
    'submitRedirectUrl http://127.0.0.1:9/cb?code=canary-code',
    'continueInBrowser',
    'cancel'
  ])
  expect(await page.content()).not.toContain('canary-code')
})

for (const surface of ['window', 'browser'] as const) {
  test(`by keys: from the ${surface} to a code`, async ({ ui }) => {
    const state = strip({ surface, offersCode: true })
    const page = await ui.open({ path: 'sign-in.html', strip: state, size: { width: 496, height: 544 } })
    await page.getByRole('button', { name: /^Use a code/ }).press('Enter')
    expect(await page.evaluate(() => globalThis.fakes.strip.calls)).toEqual(['switchToCode'])
  })
}

test('by keys: the code is copied, its page opened, and cancelled', async ({ ui }) => {
  const page = await ui.open({
    path: 'sign-in.html',
    strip: states.device,
    size: { width: 496, height: 544 }
  })
  await expect(page.getByRole('status', { name: 'Code' })).toHaveText('WDJB-MJHT')
  await expect(page.getByRole('img', { name: `QR code of ${device.verificationUriComplete}` })).toBeVisible()
  await expect(page.getByRole('timer')).toContainText('4:')
  await expect(page.getByText('Browser didn’t return?')).toHaveCount(0)
  await page.getByRole('button', { name: 'Copy code' }).press('Enter')
  await expect(page.getByText('Copied', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Open the page here' }).press('Enter')
  await page.getByRole('button', { name: 'Cancel' }).press('Enter')
  expect(await page.evaluate(() => globalThis.fakes.strip.calls)).toEqual([
    'copyCode',
    'continueInBrowser',
    'cancel'
  ])
})

test('a code fits the smallest window without scrolling sideways', async ({ ui }) => {
  const page = await ui.open({
    path: 'sign-in.html',
    strip: states.device,
    size: { width: 404, height: 480 }
  })
  await settled(page)
  await page.screenshot({ path: join(PICTURES, 'strip-device-narrow.png'), fullPage: true })
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBe(404)
})
