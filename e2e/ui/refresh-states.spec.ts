import { expect } from '@playwright/test'
import { giveFirst, settled, test } from './ui-fixture.ts'

const since = '2026-11-20T12:00:00.000Z'
/** Each state is also a picture in the states, where axe checks it too. */
const states = [
  ['ROTATION_LOST', 'Refresh lost', ['Sign in again']],
  ['CLIENT_CHANGED', 'Client changed', ['Change client…', 'Sign in again']],
  ['CONSENT_REQUIRED', 'Needs new consent', ['Change scopes…', 'Sign in again']]
] as const

test('a sign-in that fails says what it is, in the list and beside it, with the buttons that help', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  for (const [code, word, buttons] of states) {
    const name = await giveFirst(page, { status: { kind: 'needs-sign-in', code, since } })
    await expect(page.getByRole('row', { name: new RegExp(`^${name}.*${word}`) })).toBeVisible()
    const banner = page.getByRole('region', { name: word })
    await expect(banner.getByText(code)).toBeVisible()
    for (const button of buttons) await expect(banner.getByRole('button', { name: button })).toBeVisible()
  }
})

test('an unused sign-in says until when to use it, and is kept fresh by one click', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  const useBefore = await page.evaluate(() => new Date(Date.now() + 5 * 86_400_000).toISOString())
  const name = await giveFirst(page, {
    status: { kind: 'expiring' },
    keptFresh: false,
    nextRefreshAt: null,
    useBefore
  })
  await expect(
    page.getByRole('row', { name: new RegExp(`^${name}.*sign in or use within 5 days`) })
  ).toBeVisible()
  await expect(page.getByText('Sign in or use before')).toBeVisible()
  await ui.audit(page)
  await page.getByRole('checkbox', { name: 'Refresh in the background' }).click()
  // The preferences that the page has asked the vault to save.
  const chosen = () =>
    page.evaluate(async () => {
      const result = await globalThis.fakes.vault.bridge.getSnapshot()
      return result.ok ? Object.values(result.value.preferences.keepFresh) : null
    })
  await expect.poll(chosen).toEqual([true])
})
