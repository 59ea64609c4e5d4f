import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { asked, lines, log, shown } from './activity-log.ts'
import { openActivity } from './activity-states.ts'
import { expect, settled, test } from './ui-fixture.ts'

const PICTURES = resolve(import.meta.dirname, '../../test-results/ui')
const activity = { seed: 'activity' } as const

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search the log' })

async function choose(page: Page, filter: RegExp, option: string): Promise<void> {
  await button(page, filter).click()
  await page.getByRole('menuitemradio', { name: option, exact: true }).click()
}

test('the log has a line for each use, with the reason of each refusal in words', async ({ ui }) => {
  const page = await ui.open(activity)
  await openActivity(page)
  await shown(page, '12 lines')
  const refused = lines(page).filter({ hasText: 'gist.example.net' })
  await expect(refused).toContainText('Refused')
  await expect(refused).toContainText('The credential may not be sent to this host.')
  await expect(lines(page).first()).toContainText('End unknown')
  await expect(lines(page).filter({ hasText: 'charges' })).toContainText('Answered 404')
})

test('a line is found, opened and closed by the keyboard alone', async ({ ui }) => {
  const page = await ui.open(activity)
  await page.getByRole('button', { name: 'Activity', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(lines(page).first()).toBeVisible()
  await page.keyboard.press('F6')
  await expect(lines(page).first().getByRole('button')).toBeFocused()
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowDown')
  const refused = lines(page).filter({ hasText: 'gist.example.net' })
  await expect(refused.getByRole('button').first()).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(refused).toContainText('Why refused: The credential may not be sent to this host.')
  await expect(refused).toContainText('/home/ana/.local/share/release-agent/bin/release-agent')
  await expect(refused).toContainText('Process 50112 of user 1000, according to the system')
  await page.keyboard.press('Tab')
  await expect(refused.getByRole('button', { name: 'Show credential' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(refused.getByRole('button').first()).toBeFocused()
  await expect(refused.getByRole('button')).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.press('/')
  await expect(search(page)).toBeFocused()
  await page.keyboard.type('refund')
  await expect(lines(page)).toHaveCount(1)
  await page.keyboard.press('Escape')
  await shown(page, '12 lines')
})

test('the explanation has the program’s reason in quotes, and what was removed from the answer', async ({
  ui
}) => {
  const page = await ui.open(activity)
  await openActivity(page)
  const line = lines(page).filter({ hasText: 'release-agent' }).filter({ hasText: 'Answered 200' })
  await line.getByRole('button').click()
  await expect(line).toContainText('“collect what goes into the release notes”')
  await expect(line).toContainText('Status 200, 48,210 bytes, 2 echoes of the secret removed')
  await expect(line).toContainText('Rows 9 and 10')
  await lines(page).first().getByRole('button').click()
  await expect(line).not.toContainText('“collect')
  await expect(lines(page).first()).toContainText('Still running, or Latchkey quit')
})

test('filters narrow the log together, and what is copied is what is shown', async ({ ui }) => {
  const page = await ui.open(activity)
  await openActivity(page)
  await choose(page, /^Program/, 'release-agent')
  await shown(page, '4 lines')
  await choose(page, /^Result/, 'Refused')
  await shown(page, '2 lines')
  await choose(page, /^Service/, 'GitHub')
  await expect(lines(page)).toHaveCount(1)
  await button(page, 'Copy as JSON').click()
  await expect(page.getByText('1 row copied')).toBeVisible()
  await choose(page, /^Result/, 'Used')
  await expect(lines(page)).toHaveCount(2)
  await button(page, 'Copy as JSON').click()
  await expect.poll(() => asked(page, 'copyActivity')).toEqual([[[11]], [[19, 9, 10]]])
  await search(page).fill('zebra')
  await expect(page.getByText('No line matches these filters.')).toBeVisible()
  await button(page, 'Clear filters').click()
  await shown(page, '12 lines')
  await expect(search(page)).toBeFocused()
})

test('the check says what it found and gives an anchor', async ({ ui }) => {
  const page = await ui.open(activity)
  await openActivity(page)
  const dialog = page.getByRole('dialog', { name: 'Check of the log' })
  await button(page, 'Check the log').click()
  await expect(dialog).toContainText('All rows fit, and those up to 19 are as they were at the anchor.')
  await expect(dialog).toContainText('latchkey-audit 1 19')
  await expect(dialog.getByRole('button', { name: 'Copy the anchor' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('Copied')).toBeVisible()
  expect(await asked(page, 'copyAuditAnchor')).toHaveLength(1)
  await page.keyboard.press('Escape')
  await expect(button(page, 'Check the log')).toBeFocused()
  await page.evaluate(() => globalThis.fakes.vault.activity.setReport({ kind: 'changed', seq: 7 }))
  await page.keyboard.press('Enter')
  await expect(dialog).toContainText('Row 7 is not the one that was written.')
})

test('a use that begins and ends while the room is open is seen', async ({ ui }) => {
  const page = await ui.open()
  await openActivity(page)
  await expect(page.getByText('No program has used a credential yet')).toBeVisible()
  const append = (change: object) =>
    page.evaluate((part) => {
      const base = {
        client: 'terminal',
        clientName: 'terminal',
        peer: { uid: null, pid: null, program: null }
      }
      const none = { of: null, status: null, code: null, reason: null, redacted: null, bytes: null }
      const place = {
        method: 'GET',
        host: 'api.github.com:443',
        path: '/user',
        credential: null,
        action: 'use'
      }
      globalThis.fakes.vault.activity.append({ kind: 'intent', ...base, ...none, ...place, ...part })
    }, change)
  await append({})
  await expect(lines(page)).toHaveCount(1)
  await expect(lines(page)).toContainText('End unknown')
  await append({ kind: 'outcome', of: 1, status: 204 })
  await expect(lines(page)).toContainText('Answered 204')
  await expect(lines(page)).toHaveCount(1)
})

test('of a thousand rows only those in sight are drawn, and the keys reach all of them', async ({ ui }) => {
  const page = await ui.open({ seed: 'activity-many' })
  await openActivity(page)
  await shown(page, '529 lines')
  await settled(page)
  expect(await lines(page).count()).toBeLessThan(40)
  await page.keyboard.press('F6')
  await page.keyboard.press('End')
  const focused = page.locator('[data-row]:focus')
  await expect(focused).toBeInViewport()
  await expect(page.getByText('The newest 1,000 rows of the log are shown.')).toBeAttached()
  await expect(focused.locator('xpath=..')).toHaveAttribute('aria-posinset', '529')
  await page.keyboard.press('Home')
  await expect(focused).toBeInViewport()
  await expect(focused.locator('xpath=..')).toHaveAttribute('aria-posinset', '1')
})

test('a line that is read stays in its place when another is added above', async ({ ui }) => {
  const page = await ui.open({ seed: 'activity-many' })
  await openActivity(page)
  await page.keyboard.press('F6')
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('PageDown')
  await settled(page)
  const focused = page.locator('[data-row]:focus')
  const before = await focused.boundingBox()
  await page.evaluate(async () => {
    const { activity: rows, bridge } = globalThis.fakes.vault
    const answer = await bridge.listAudit({ limit: 1, credential: null, client: null, kind: null })
    if (!answer.ok || answer.value[0] === undefined) throw new Error('There is a row.')
    const { seq: _seq, at: _at, ...row } = answer.value[0]
    rows.append({ ...row, kind: 'refused', of: null, code: 'policy' })
  })
  // The thousand newest rows: one is added, and the oldest leaves.
  await expect(page.getByRole('status').filter({ hasText: 'lines' })).toHaveText('530 lines')
  await settled(page)
  expect((await focused.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0)
})

test('a log that can not be read says why, and is read again on request', async ({ ui }) => {
  const page = await ui.open({ seed: 'empty' })
  await page.evaluate(() => globalThis.fakes.vault.failNext('listAudit', 'CREDENTIAL_UNREADABLE'))
  await openActivity(page)
  await expect(page.getByRole('alert')).toContainText('CREDENTIAL_UNREADABLE')
  await button(page, 'Try again').click()
  await expect(page.getByText('No program has used a credential yet')).toBeVisible()
})

test('a locked store shows nothing of what programs did', async ({ ui }) => {
  const page = await ui.open(activity)
  await openActivity(page)
  await expect(lines(page).first()).toBeVisible()
  await page.evaluate(() => globalThis.fakes.vault.setStorage(globalThis.fakes.seeds.locked))
  await expect(page.getByRole('heading', { name: 'GNOME Keyring is locked' })).toBeVisible()
  await expect(log(page)).toHaveCount(0)
})

for (const [name, tab] of [
  ['log', 'Log'],
  ['allowed', 'Allowed now 3'],
  ['programs', 'Programs 3']
] as const) {
  test(`the narrowest window has all of it, ${name}`, async ({ ui }) => {
    const page = await ui.open({ ...activity, size: { width: 320, height: 640 } })
    await openActivity(page)
    await page.getByRole('tab', { name: tab }).click()
    if (name === 'log') await lines(page).nth(2).getByRole('button').click()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await settled(page)
      await page.screenshot({ path: join(PICTURES, `activity-${name}-320-${colorScheme}.png`) })
    }
    const scrolls = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth
    )
    expect(scrolls).toBe(false)
    await ui.audit(page)
  })
}
