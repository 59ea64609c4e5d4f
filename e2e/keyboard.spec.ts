import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import { expect, test } from './fixture.ts'
import { allowAt } from './support/vault-app.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Returns the findings of axe with their places. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return await page.evaluate(async (tags) => {
    type Axe = {
      run(options: object): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }>
    }
    const { axe: tool } = window as unknown as { axe: Axe }
    const result = await tool.run({ runOnly: tags })
    return result.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`
    )
  }, rules)
}

test('a key is added, found, and removed without a mouse', async ({ vault }) => {
  const { page } = vault
  const { keyboard } = page
  await keyboard.press('Control+n')
  const dialog = page.getByRole('dialog', { name: 'Add a credential' })
  await dialog.waitFor()
  await dialog.getByRole('tab', { name: 'Provider' }).focus()
  await keyboard.press('ArrowRight')
  await keyboard.press('Enter')
  await expect(dialog.getByRole('tab', { name: 'API key' })).toHaveAttribute('aria-selected', 'true')
  await dialog.getByLabel('Key', { exact: true }).focus()
  await keyboard.type('ghp_0123456789abcdefghijABCDEFGHIJ012345')
  await dialog.getByRole('textbox', { name: 'Account' }).focus()
  await keyboard.type('ana')
  await keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  const row = vault.row('GitHub token')
  await expect(row).toBeVisible()

  await keyboard.press('/')
  await expect(
    page
      .getByRole('searchbox')
      .or(page.getByRole('textbox', { name: 'Search' }))
      .first()
  ).toBeFocused()
  await keyboard.type('nothing like it')
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await keyboard.press('Escape')
  await expect(row).toBeVisible()

  await row.focus()
  await keyboard.press('Delete')
  const question = page.getByRole('alertdialog')
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await expect(row).toHaveCount(0)
})

for (const theme of ['light', 'dark'] as const) {
  test(`every screen of a sign-in is accessible, ${theme}`, async ({ provider, vault }) => {
    await vault.app.evaluate(({ nativeTheme }, source) => void (nativeTheme.themeSource = source), theme)
    await expect.poll(() => violations(vault.page)).toEqual([])
    const page = await vault.signInByIssuer(provider, 'Example ID', ['openid', 'offline_access', 'email'])
    // Colours are not final while an animation runs.
    await expect.poll(() => violations(vault.page)).toEqual([])
    const strip = await vault.strip()
    await expect.poll(() => violations(strip)).toEqual([])
    await allowAt(page, 'ana')
    await expect(vault.row('Example ID')).toContainText('Valid')
    await vault.select('Example ID')
    await expect.poll(() => violations(vault.page)).toEqual([])
  })
}
