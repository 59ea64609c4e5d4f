import { join, resolve } from 'node:path'
import { type Page, expect } from '@playwright/test'
import type { SignOutNote } from '#shared/sign-out-notes.ts'
import { atName } from './list-row.ts'
import { settled, test } from './ui-fixture.ts'

const PICTURES = resolve(import.meta.dirname, '../../test-results/ui')
const said = (page: Page) => page.getByRole('region', { name: 'Sign-outs' })
const list = (page: Page) => page.getByRole('list', { name: 'Unconfirmed sign-outs' })

const notes: SignOutNote[] = [
  {
    id: '2',
    name: 'GitHub',
    account: 'octocat',
    host: 'github.com',
    at: '2026-11-21T11:20:00.000Z',
    page: 'https://github.com/settings/applications',
    isTold: false
  },
  {
    id: '1',
    name: 'Our forge',
    account: 'ana.with.a.long.name@engineering.example.net',
    host: 'git.example.net',
    at: '2026-11-18T09:00:00.000Z',
    page: null,
    isTold: false
  }
]

async function given(page: Page): Promise<void> {
  await page.evaluate((all) => globalThis.fakes.vault.setSignOuts(all), notes)
  await settled(page)
}

const views = [
  [1040, 'light'],
  [1040, 'dark'],
  [320, 'light'],
  [640, 'dark']
] as const

for (const place of ['line', 'doctor'] as const) {
  test(`sign-outs that were not confirmed are shown calmly, in the ${place}`, async ({ ui }) => {
    test.slow() // axe looks at four of them
    const page = await ui.open()
    await given(page)
    await expect(said(page)).toContainText('Providers didn’t confirm 2 sign-outs')
    if (place === 'doctor') {
      await said(page).getByRole('button', { name: 'Show' }).click()
      await expect(list(page).getByRole('listitem')).toHaveCount(2)
      await expect(list(page)).toContainText('Look for connected applications')
    }
    for (const [width, colorScheme] of views) {
      await page.setViewportSize({ width, height: 720 })
      await page.emulateMedia({ colorScheme })
      await settled(page)
      await page.screenshot({
        path: join(PICTURES, `sign-outs-${place}-${String(width)}-${colorScheme}.png`)
      })
      const scrolls = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth
      )
      expect(scrolls).toBe(false)
      await ui.audit(page)
    }
  })
}

test('a sign-out that was not confirmed is opened at its provider and taken off by the keyboard', async ({
  ui
}) => {
  const page = await ui.open()
  await given(page)
  await said(page).getByRole('button', { name: 'Show' }).click()
  const open = list(page).getByRole('button', { name: 'Open the page: GitHub, octocat' })
  await open.focus()
  await page.keyboard.press('Enter')
  await expect
    .poll(() =>
      page.evaluate(() => globalThis.fakes.vault.calls.filter(({ name }) => name === 'openSignOutPage'))
    )
    .toEqual([{ name: 'openSignOutPage', args: ['2'] }])
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(list(page).getByRole('listitem')).toHaveCount(1)
  await expect(list(page).getByRole('button', { name: /^Done: Our forge/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(list(page)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Check again' })).toBeFocused()
})

test('the line is put away for good, and the doctor goes on listing', async ({ ui }) => {
  const page = await ui.open()
  await given(page)
  await said(page).getByRole('button', { name: 'Dismiss' }).focus()
  await page.keyboard.press('Enter')
  await expect(said(page)).toHaveCount(0)
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY')
  await page.getByRole('button', { name: 'Doctor' }).click()
  await expect(list(page).getByRole('listitem')).toHaveCount(2)
})

test('a sign-out that ends so says where it is listed', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await expect(said(page)).toHaveCount(0)
  await page.getByRole('row', { name: /^Linear/ }).click(atName)
  await page.getByRole('button', { name: 'Sign out…' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByText('Doctor lists it until you mark it as done.')).toBeVisible()
  await expect(said(page)).toContainText('A provider didn’t confirm a sign-out')
})
