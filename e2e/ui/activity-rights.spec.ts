import type { Page } from '@playwright/test'
import { asked, lines, shown } from './activity-log.ts'
import { openActivity } from './activity-states.ts'
import { atName, row } from './list-row.ts'
import { expect, test } from './ui-fixture.ts'
import { NOW } from './ui-page.ts'

const activity = { seed: 'activity' } as const

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

test('an approval is revoked by the keyboard, and the log says so', async ({ ui }) => {
  const page = await ui.open(activity)
  await openActivity(page)
  await page.getByRole('tab', { name: 'Log' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const all = page.getByRole('list', { name: 'What is allowed now' }).getByRole('listitem')
  await expect(all).toHaveCount(3)
  await expect(all.first()).toContainText('release-agent may use GitHub, ana@example.com')
  await expect(all.first()).toContainText('GET, HEAD api.github.com/repos/acme/storefront/issues')
  await expect(all.last()).toContainText('Your terminal may open a relay with Linear, acme')
  await page.keyboard.press('Tab')
  await expect(all.first().getByRole('button')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(all).toHaveCount(2)
  await expect(all.first().getByRole('button')).toBeFocused()
  await expect(page.getByRole('tab', { name: 'Allowed now 2' })).toBeVisible()
  await page.getByRole('tab', { name: 'Log' }).click()
  await expect(lines(page).first()).toContainText('Approval revoked')
  await expect(lines(page).first()).toContainText('release-agent')
})

test('an approval that has run out is no longer shown as allowed', async ({ ui }) => {
  const page = await ui.open(activity)
  await openActivity(page)
  await page.getByRole('tab', { name: 'Allowed now 3' }).click()
  const all = page.getByRole('list', { name: 'What is allowed now' }).getByRole('listitem')
  await expect(all).toHaveCount(3)
  await page.clock.setFixedTime(NOW + 9 * 60_000)
  // A window that is seen again looks at the clock.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect(all).toHaveCount(2)
  await expect(page.getByRole('tab', { name: 'Allowed now 2' })).toBeVisible()
  await expect(all.filter({ hasText: 'release-agent' })).toHaveCount(0)
})

test('a program loses its access after a question, together with what it was allowed', async ({ ui }) => {
  const page = await ui.open(activity)
  await openActivity(page)
  await page.getByRole('tab', { name: /^Programs/ }).click()
  const all = page.getByRole('list', { name: 'Paired programs' }).getByRole('listitem')
  const question = page.getByRole('alertdialog', { name: 'Remove the access of ci-bot?' })
  await button(page, 'Remove access… of ci-bot').click()
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question).toHaveCount(0)
  await expect(all).toHaveCount(3)
  expect(await asked(page, 'removeClient')).toEqual([])
  await expect(button(page, 'Remove access… of ci-bot')).toBeFocused()
  await page.keyboard.press('Enter')
  await question.getByRole('button', { name: 'Remove access' }).click()
  await expect(all).toHaveCount(2)
  await expect(page.getByText('ci-bot no longer has access')).toBeVisible()
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY')
  await page.getByRole('tab', { name: 'Allowed now 2' }).click()
  await expect(page.getByRole('list', { name: 'What is allowed now' })).not.toContainText('ci-bot')
})

test('the detail says which programs used a credential, and leads to their lines', async ({ ui }) => {
  const page = await ui.open(activity)
  await row(page, /^GitHub/).click(atName)
  const detail = page.getByRole('region', { name: /^GitHub/ })
  await expect(detail.getByRole('heading', { name: 'Used by' })).toBeVisible()
  const programs = detail.getByRole('listitem').filter({ hasText: 'ago' })
  await expect(programs).toHaveText(['release-agent2 times1 min ago', 'ci-bot3 times6 min ago'])
  await detail.getByRole('button', { name: 'Show in Activity' }).click()
  await shown(page, '7 lines')
  await expect(lines(page).filter({ hasText: 'Stripe' })).toHaveCount(0)
  await button(page, 'Show more than GitHub, ana@example.com').click()
  await shown(page, '12 lines')
  const line = lines(page).filter({ hasText: 'charges' })
  await line.getByRole('button').click()
  await line.getByRole('button', { name: 'Show credential' }).click()
  await expect(page.getByRole('region', { name: /^Stripe/ })).toBeVisible()
  await row(page, /^npm/).click(atName)
  await expect(page.getByRole('region', { name: /^npm/ })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Used by' })).toHaveCount(0)
})
