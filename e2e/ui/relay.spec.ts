import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { openRelay, relayOf, showRelay } from './relay-states.ts'
import { expect, test } from './ui-fixture.ts'

const PICTURES = resolve(import.meta.dirname, '../../test-results/ui')

const field = (page: Page) => relayOf(page)
const button = (page: Page, name: string) => field(page).getByRole('button', { name })

/** The arguments of the requests of one name, in their order. */
async function asked(page: Page, name: string): Promise<unknown[]> {
  return await page.evaluate(
    (wanted) => globalThis.fakes.vault.calls.filter((call) => call.name === wanted).map(({ args }) => args),
    name
  )
}

test('an address is opened, copied and closed by the keyboard alone', async ({ ui }) => {
  const page = await ui.open()
  await showRelay(page, /^OpenAI/)
  await expect(field(page)).toContainText('Their requests go to api.openai.com with this credential')
  await button(page, 'Open').focus()
  await page.keyboard.press('Enter')
  await expect(button(page, 'Copy address')).toBeFocused()
  await expect(field(page)).toContainText('today, 23:38, when the store is locked, or when Latchkey quits')
  await expect(field(page)).toContainText(/http:\/\/127\.0\.0\.1:\d+\/••••••••/)
  await expect(field(page)).toContainText('OPENAI_BASE_URL, OPENAI_API_KEY')
  await page.keyboard.press('Enter')
  await expect(field(page).getByText('Copied', { exact: true })).toBeVisible()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect
    .poll(() => asked(page, 'copyRelay'))
    .toEqual([
      ['["openai","Acme staging"]', 'address'],
      ['["openai","Acme staging"]', 'variables']
    ])
  await page.keyboard.press('Tab')
  await expect(button(page, 'Close the address')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(button(page, 'Open')).toBeFocused()
  expect(await asked(page, 'closeRelay')).toEqual([['["openai","Acme staging"]']])
})

test('the random part of an address is nowhere in the page', async ({ ui }) => {
  const page = await ui.open()
  await openRelay(page, /^OpenAI/)
  await button(page, 'Copy address').click()
  await expect(field(page).getByText('Copied', { exact: true })).toBeVisible()
  expect(await page.content()).not.toContain('random-part')
  expect(await page.content()).toContain('••••••••')
})

test('the host is chosen where a credential has several', async ({ ui }) => {
  const page = await ui.open()
  await showRelay(page, /^Google/)
  await field(page).getByRole('combobox', { name: 'Host' }).click()
  await page.getByRole('option', { name: 'gmail.googleapis.com' }).click()
  await expect(field(page)).toContainText('Their requests go to gmail.googleapis.com')
  await button(page, 'Open').click()
  await expect(field(page).getByRole('definition').first()).toHaveText('gmail.googleapis.com')
  expect(await asked(page, 'openRelay')).toEqual([['["google","ana@example.com"]', 'gmail.googleapis.com']])
  await expect(field(page).getByRole('combobox')).toHaveCount(0)
})

test('an address that ends on its own is shown as closed, and one that is open is found again', async ({
  ui
}) => {
  const page = await ui.open()
  await openRelay(page, /^Linear/)
  await showRelay(page, /^Google/)
  await expect(button(page, 'Open')).toBeVisible()
  await showRelay(page, /^Linear/)
  await expect(button(page, 'Close the address')).toBeVisible()
  await page.evaluate(() => globalThis.fakes.vault.endRelays())
  await expect(button(page, 'Open')).toBeVisible()
})

for (const [what, name, sentence] of [
  ['no host is known', /^Keycloak/, 'No allowed host is known.'],
  ['a sign-in is needed', /^GitHub/, 'This credential can’t be used now.'],
  ['the store is locked', /^Sentry/, 'The store is locked. Unlock it to open an address.']
] as const) {
  test(`no address is offered while ${what}`, async ({ ui }) => {
    const page = await ui.open()
    await showRelay(page, name)
    await expect(field(page)).toContainText(sentence)
    await expect(field(page).getByRole('button')).toHaveCount(0)
  })
}

test('a refusal says why, and the button can be pressed again', async ({ ui }) => {
  const page = await ui.open()
  await showRelay(page, /^Linear/)
  await page.evaluate(() => globalThis.fakes.vault.failNext('openRelay', 'STORE_WRITE_FAILED'))
  await button(page, 'Open').click()
  await expect(field(page).getByRole('alert')).toContainText('STORE_WRITE_FAILED')
  await button(page, 'Open').click()
  await expect(button(page, 'Close the address')).toBeVisible()
  await expect(field(page).getByRole('alert')).toHaveCount(0)
})

test('an open address of a credential that needs a sign-in says that its requests fail', async ({ ui }) => {
  const page = await ui.open()
  await openRelay(page, /^Linear/)
  await page.evaluate(() => {
    const { vault } = globalThis.fakes
    const linear = vault.credentials().find(({ service }) => service === 'linear')
    if (linear === undefined) throw new Error('There is no such entry.')
    vault.upsert([{ ...linear, status: { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null } }])
  })
  await expect(field(page)).toContainText('Requests fail until the credential works again.')
  await expect(button(page, 'Close the address')).toBeVisible()
})

test('an open address stands in what is allowed now, and is closed there', async ({ ui }) => {
  const page = await ui.open()
  await openRelay(page, /^OpenAI/)
  await page.getByRole('button', { name: 'Activity', exact: true }).click()
  await page.getByRole('tab', { name: 'Allowed now 1' }).click()
  const all = page.getByRole('list', { name: 'Open addresses' }).getByRole('listitem')
  await expect(all).toHaveText(/You have opened a local address for OpenAI, Acme staging/)
  await expect(all).toContainText('api.openai.com, every path')
  await expect(page.getByText('Nothing is allowed for longer than once')).toHaveCount(0)
  await page.getByRole('button', { name: 'Close the address: OpenAI' }).press('Enter')
  await expect(page.getByText('Nothing is allowed for longer than once')).toBeVisible()
  await expect(page.getByRole('tab', { name: 'Allowed now', exact: true })).toBeFocused()
})

for (const width of [480, 320]) {
  test(`an open address fits ${width} pixels, and so does its line in Activity`, async ({ ui }) => {
    const page = await ui.open({ size: { width, height: 640 } })
    const picture = (name: string): string => join(PICTURES, `relay-${name}-${width}.png`)
    const overhang = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    await openRelay(page, /^OpenAI/)
    await page.screenshot({ path: picture('narrow') })
    expect(await overhang()).toBe(0)
    await page.getByRole('button', { name: 'Activity', exact: true }).click()
    await page.getByRole('tab', { name: /^Allowed now/ }).click()
    await expect(page.getByRole('button', { name: 'Close the address: OpenAI' })).toBeInViewport({ ratio: 1 })
    await page.screenshot({ path: picture('activity') })
    expect(await overhang()).toBe(0)
  })
}
