import type { Page } from '@playwright/test'
import { atName, row } from './list-row.ts'
import { expect, settled, test } from './ui-fixture.ts'
import { NOW } from './ui-page.ts'

const calls = (page: Page, name: string): Promise<readonly unknown[]> =>
  page.evaluate(
    (wanted) => globalThis.fakes.vault.calls.filter((call) => call.name === wanted).map(({ args }) => args),
    name
  )

/** An API key that works; its id is the first argument of what is asked of it. */
const NPM = '["npm","ana-publish"]'

test('a key is copied by its button, its key and its menu, each way as it says', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await row(page, /^npm/).click(atName)
  await row(page, /^npm/).getByRole('button', { name: 'Copy key' }).click()
  await expect(page.getByText('npm: copied')).toBeVisible()
  await expect(page.getByText('Cleared from the clipboard in 30 s.')).toBeVisible()
  await row(page, /^npm/).press('c')
  await row(page, /^npm/).getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Copy as header' }).click()
  const detail = page.getByRole('region', { name: /^npm/ })
  await detail.getByRole('button', { name: 'Copy key' }).click()
  await detail.getByRole('button', { name: 'More ways to copy' }).click()
  await page.getByRole('menuitem', { name: 'Copy as NAME=value' }).click()
  await expect
    .poll(() => calls(page, 'copySecret'))
    .toEqual([
      [NPM, 'secret'],
      [NPM, 'secret'],
      [NPM, 'header'],
      [NPM, 'secret'],
      [NPM, 'variable']
    ])
})

test('a selected text is copied as everywhere, and not the key', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await row(page, /^npm/).click(atName)
  await page.evaluate(() => getSelection()?.selectAllChildren(document.querySelector('h2') as Node))
  await page.keyboard.press('Control+c')
  expect(await calls(page, 'copySecret')).toEqual([])
})

test('a failure is told with the name, and a sign-in that has ended offers no copy', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.evaluate(() => globalThis.fakes.vault.failNext('copySecret', 'KEYCHAIN_LOCKED'))
  await row(page, /^npm/).click(atName)
  await row(page, /^npm/).press('c')
  await expect(page.getByText('npm: Keychain locked')).toBeVisible()
  await row(page, /^GitHub, /).click(atName)
  await expect(
    page.getByRole('region', { name: /^GitHub/ }).getByRole('button', { name: /Copy/ })
  ).toHaveCount(0)
  await row(page, /^GitHub, /).press('c')
  expect(await calls(page, 'copySecret')).toHaveLength(1)
})

test('a secret is shown from the menu, and not where the settings say so', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await row(page, /^npm/).click(atName)
  await page.getByRole('button', { name: 'More ways to copy' }).click()
  await page.getByRole('menuitem', { name: 'Show for 10 s' }).click()
  await expect.poll(() => calls(page, 'showSecret')).toEqual([[NPM]])
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('checkbox', { name: 'Allow showing secrets' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'More ways to copy' }).click()
  await expect(page.getByRole('menuitem', { name: 'Copy as header' })).toBeVisible()
  await expect(page.getByRole('menuitem', { name: 'Show for 10 s' })).toHaveCount(0)
})

const secrets = {
  short: 'sk-proj-4eC39HqLyjWDarjtT1zdp7dcQx8Rw2',
  long: `eyJhbGciOiJSUzI1NiJ9.${'eyJzdWIiOiJhbmEifQ'.repeat(80)}.c2lnbmF0dXJl`
}

for (const [name, secret] of Object.entries(secrets)) {
  for (const theme of ['light', 'dark'] as const) {
    test(`the window of a ${name} secret, ${theme}`, async ({ ui }) => {
      const shown = { name: 'OpenAI', account: 'work', secret, until: NOW + 8000 }
      const page = await ui.open({ path: 'secret.html', shown, theme, size: { width: 420, height: 220 } })
      await expect(page.getByText(secret)).toBeVisible()
      await expect(page.getByText('Hides in 8 s')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Hide now' })).toBeFocused()
      await ui.audit(page)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Hide now' }).click()
      expect(await page.evaluate(() => globalThis.fakes.shown.closes())).toBe(2)
    })
  }
}
