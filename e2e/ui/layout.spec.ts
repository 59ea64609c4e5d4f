import type { Page } from '@playwright/test'
import { expect, settled, test } from './ui-fixture.ts'

const headings = (page: Page) => page.getByRole('grid').getByRole('presentation').allTextContents()

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Sort by/ }).click()
  await page.getByRole('menuitemradio', { name, exact: true }).click()
}

test('the list is grouped by service or type, in any order', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  expect(await headings(page)).toEqual(['Needs attention 5', 'Expiring soon 1', 'Working 6'])
  await choose(page, 'Type')
  await expect.poll(() => headings(page)).toEqual(['Sign-ins 9', 'API keys 3'])
  await choose(page, 'Name')
  await expect.poll(() => headings(page)).toEqual(['Sign-ins 9', 'API keys 3'])
  await choose(page, 'None')
  await expect.poll(() => headings(page)).toEqual([])
  await choose(page, 'Attention')
  await expect.poll(async () => (await headings(page))[0]).toBe('Needs attention 5')
})

test('the vault is told how the list was left', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await choose(page, 'Expiry')
  await page.getByRole('button', { name: /^API keys/ }).click()
  const told = () =>
    page.evaluate(() =>
      globalThis.fakes.vault.calls.filter(({ name }) => name === 'setLayout').map(({ args }) => args[0])
    )
  await expect.poll(told).toEqual([
    { view: { kind: 'all' }, order: 'expiry', grouping: 'none' },
    { view: { kind: 'of-kind', value: 'api-key' }, order: 'expiry', grouping: 'none' }
  ])
})

test('a view that has become empty meanwhile is not opened again', async ({ ui }) => {
  const page = await ui.open({ seed: 'left-view' })
  await settled(page)
  await expect(page.getByRole('button', { name: 'Sort by: Name' })).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'Credentials: All' })).toBeAttached()
  expect((await headings(page)).slice(0, 2)).toEqual(['Figma 1', 'GitHub 1'])
})
