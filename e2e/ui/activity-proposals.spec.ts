import type { Page } from '@playwright/test'
import { asked, lines } from './activity-log.ts'
import { openProposals } from './activity-states.ts'
import { expect, test } from './ui-fixture.ts'
import { NOW } from './ui-page.ts'

const seeded = { seed: 'activity-proposals' } as const

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const all = (page: Page) => page.getByRole('list', { name: 'Proposed by programs' }).getByRole('listitem')

test('a rule is accepted after a question, as an approval of exactly what was shown', async ({ ui }) => {
  const page = await ui.open(seeded)
  await openProposals(page)
  await expect(all(page)).toHaveCount(4)
  const first = all(page).first()
  await expect(first).toContainText('release-agent proposes that it may always use GitHub, ana@example.com')
  await expect(first).toContainText('GET, HEAD api.github.com/repos/acme/*/issues')
  await expect(first).toContainText('“asked for each repository so far”')
  await button(page, 'Accept… release-agent, GitHub').click()
  const question = page.getByRole('alertdialog', { name: 'Always allow release-agent to use GitHub?' })
  await expect(question).toContainText('GET, HEAD api.github.com/repos/acme/*/issues')
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question).toHaveCount(0)
  await expect(all(page)).toHaveCount(4)
  expect(await asked(page, 'answerProposal')).toEqual([])
  await button(page, 'Accept… release-agent, GitHub').click()
  await question.getByRole('button', { name: 'Always allow' }).click()
  await expect(all(page)).toHaveCount(3)
  await expect(page.getByRole('button', { name: 'Activity 3' })).toBeVisible()
  await expect(lines(page).first()).toContainText('GET,HEAD api.github.com/repos/acme/*/issues')
  await expect(lines(page).first()).toContainText('Accepted')
  await page.getByRole('tab', { name: 'Allowed now 4' }).click()
  await expect(page.getByRole('list', { name: 'What is allowed now' })).toContainText('/repos/acme/*/issues')
})

test('a scope leads to the dialog that asks for it beside those of now', async ({ ui }) => {
  const page = await ui.open(seeded)
  await openProposals(page)
  await button(page, 'Ask for it… release-agent, GitHub').click()
  const dialog = page.getByRole('dialog', { name: 'Change the scopes of GitHub' })
  await expect(dialog.getByRole('list', { name: 'Added' })).toContainText('notifications')
  await dialog.getByRole('button', { name: 'Sign in again' }).click()
  const [[request] = []] = (await asked(page, 'startSignIn')) as [{ scopes: string[] }][]
  expect(request?.scopes).toContain('notifications')
})

test('a sign-in again begins when it is accepted, and not before', async ({ ui }) => {
  const page = await ui.open({ seed: 'activity-sign-in' })
  await openProposals(page)
  await expect(all(page)).toContainText(
    'release-agent proposes that you sign in again to GitHub, ana@example.com'
  )
  expect(await asked(page, 'startSignIn')).toEqual([])
  await button(page, 'Sign in again… release-agent, GitHub').click()
  await expect(all(page)).toHaveCount(0)
  const [[request] = []] = (await asked(page, 'startSignIn')) as [unknown][]
  expect(request).toEqual({ kind: 'again', credential: '["github","ana@example.com"]' })
})

test('a service leads to its sign-in, or to the form of its key', async ({ ui }) => {
  const page = await ui.open(seeded)
  await openProposals(page)
  await button(page, 'Add… ci-bot, Spotify').click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('Create an app at Spotify')).toBeVisible()
  await page.keyboard.press('Escape')
  await button(page, 'Add… Your terminal, Replicate').click()
  await expect(dialog.getByRole('tab', { name: 'API key', selected: true })).toBeVisible()
  await expect(dialog).toContainText('Replicate')
  await page.keyboard.press('Escape')
  await expect(all(page)).toHaveCount(2)
})

test('proposals are dismissed by the keyboard, and the room has nothing of them left', async ({ ui }) => {
  const page = await ui.open(seeded)
  await openProposals(page)
  await button(page, 'Dismiss release-agent, GitHub').first().focus()
  for (let left = 3; left >= 0; left -= 1) {
    await page.keyboard.press('Enter')
    await expect(all(page)).toHaveCount(left)
    if (left > 0) await expect(all(page).first().getByRole('button').first()).toBeFocused()
  }
  await expect(page.getByRole('heading', { name: 'Proposed by programs' })).toHaveCount(0)
  await expect(page.getByRole('tab', { name: 'Log' })).toBeFocused()
  await expect(button(page, 'Activity')).toBeVisible()
  await expect(lines(page).first()).toContainText('Proposal: service replicate')
  await expect(lines(page).first()).toContainText('Dismissed')
  expect(await asked(page, 'answerProposal')).toHaveLength(4)
})

test('a proposal whose day has ended is no longer shown', async ({ ui }) => {
  const page = await ui.open(seeded)
  await openProposals(page)
  await page.clock.setFixedTime(NOW + 21.5 * 3_600_000)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect(all(page)).toHaveCount(2)
})
