import { readFileSync } from 'node:fs'
import { chmod, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixture.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Returns the findings of axe with their places. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return await page.evaluate(async (tags) => {
    type Found = { violations: { id: string; nodes: { target: unknown[] }[] }[] }
    const { axe: tool } = window as unknown as { axe: { run(options: object): Promise<Found> } }
    const result = await tool.run({ runOnly: tags })
    return result.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`
    )
  }, rules)
}

const check = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Checks' }).getByRole('listitem').filter({ hasText: name })

async function openDoctor(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Doctor' }).click()
  await expect(page.getByRole('button', { name: 'Check again' })).toBeVisible()
}

test('the doctor makes a real round trip through the keychain and says how long it took', async ({
  vault
}) => {
  const { page } = vault
  await openDoctor(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Doctor' })).toBeVisible()
  await expect(check(page, 'Keychain round trip')).toContainText(/write, read, delete in \d+ ms/)
  await expect(check(page, 'Loopback port')).toContainText('127.0.0.1')
  await expect(page.getByText('The report never contains a secret.')).toBeVisible()
  await expect(page.getByRole('main').locator('output')).toContainText('passed')

  await vault.page.getByRole('button', { name: 'All', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Doctor' })).toHaveCount(0)
})

test('a file that the group may read is told, and closed by Fix', async ({ home, vault: { page } }) => {
  const catalog = join(home, 'catalog.db')
  await chmod(catalog, 0o640)
  await openDoctor(page)
  const row = check(page, 'File permissions')
  await expect(row).toContainText('open to others: catalog.db')
  await expect(row).toContainText('Warning:')
  expect((await stat(catalog)).mode & 0o777).toBe(0o640)
  await row.getByRole('button', { name: 'Fix: File permissions' }).click()
  await expect(row).toContainText('folders 0700, files 0600')
  await expect(page.getByText('Made 1 file or folder private.')).toBeVisible()
  expect((await stat(catalog)).mode & 0o777).toBe(0o600)
  await expect(page.getByRole('button', { name: 'Check again' })).toBeFocused()
})

test('entries are opened only when that is asked for', async ({ vault }) => {
  await vault.addApiKey('ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ana')
  await openDoctor(vault.page)
  const row = check(vault.page, 'Every entry readable')
  await expect(row).toContainText('Not checked')
  await row.getByRole('button', { name: 'Open every entry' }).click()
  await expect(row).toContainText('1 of 1')
  expect(await vault.page.content()).not.toContain('ghp_0123')
})

test('the report can be copied as the text that the page shows, and holds no secret', async ({ vault }) => {
  const key = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'
  await vault.addApiKey(key, 'ana')
  await openDoctor(vault.page)
  await vault.page.getByRole('button', { name: 'Copy report' }).click()
  await expect(vault.page.getByText('Report copied')).toBeVisible()
  const text = await vault.app.evaluate(({ clipboard }) => clipboard.readText())
  expect(text).toMatch(/✓ Keychain round trip +write, read, delete in \d+ ms/)
  expect(text).toMatch(/\d+ passed, \d+ warnings, \d+ failed, \d+ skipped/)
  expect(text).not.toContain(key.slice(0, 8))
})

test('the doctor is used without a mouse', async ({ home, vault: { page } }) => {
  const { keyboard } = page
  await chmod(join(home, 'catalog.db'), 0o644)
  await page.getByRole('button', { name: 'Doctor' }).focus()
  await keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Doctor' })).toHaveAttribute('aria-current', 'page')
  const fix = page.getByRole('button', { name: 'Fix: File permissions' })
  await expect(fix).toBeVisible()
  const again = page.getByRole('button', { name: 'Check again' })
  await keyboard.press('F6')
  await expect(again).toBeFocused()
  await keyboard.press('Tab')
  await expect(fix).toBeFocused()
  await keyboard.press('Enter')
  await expect(check(page, 'File permissions')).toContainText('folders 0700, files 0600')
  await expect(again).toBeFocused()
  await chmod(join(home, 'catalog.db'), 0o644)
  await keyboard.press('Enter')
  await expect(check(page, 'File permissions')).toContainText('open to others')
  await page.getByRole('button', { name: 'Fix all' }).focus()
  await keyboard.press('Enter')
  await expect(check(page, 'File permissions')).toContainText('folders 0700, files 0600')
})

for (const theme of ['light', 'dark'] as const) {
  test(`the doctor is accessible, ${theme}`, async ({ home, vault }, info) => {
    const { app, page } = vault
    await chmod(join(home, 'catalog.db'), 0o644)
    await app.evaluate(({ nativeTheme }, source) => void (nativeTheme.themeSource = source), theme)
    await openDoctor(page)
    await expect(check(page, 'File permissions')).toContainText('open to others')
    await expect.poll(() => violations(page)).toEqual([])
    await page.screenshot({ path: info.outputPath(`doctor-${theme}.png`) })
    await page.setViewportSize({ width: 320, height: 720 })
    await expect.poll(() => violations(page)).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await page.screenshot({ path: info.outputPath(`doctor-${theme}-narrow.png`) })
  })
}
