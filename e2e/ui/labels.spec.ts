import type { Page } from '@playwright/test'
import { expect, settled, test } from './ui-fixture.ts'

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name},`) })
const detail = (page: Page) => page.getByRole('main').locator('[data-pane=detail]')
const calls = (page: Page) =>
  page.evaluate(() =>
    globalThis.fakes.vault.calls.filter(({ name }) => name === 'setLabels').map(({ args }) => args[1])
  )

test('F2 renames an entry in its row, Esc keeps the name, and an empty name gives the service’s back', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await row(page, 'Linear').getByText('Linear').click()
  await page.keyboard.press('F2')
  const field = page.getByRole('textbox', { name: 'Name of Linear' })
  await expect(field).toBeFocused()
  await page.keyboard.type('Roadmap s')
  await page.keyboard.press('Enter')
  await expect(row(page, 'Roadmap s')).toBeFocused()
  await expect(detail(page).getByRole('heading', { name: 'Roadmap s' })).toBeVisible()
  await page.keyboard.press('F2')
  await page.keyboard.type('Other')
  await page.keyboard.press('Escape')
  await expect(row(page, 'Roadmap s')).toBeFocused()
  await page.keyboard.press('F2')
  await expect(field).toBeFocused()
  await field.fill('')
  await page.keyboard.press('Enter')
  await expect(row(page, 'Linear')).toBeFocused()
  expect(await calls(page)).toMatchObject([{ name: 'Roadmap s' }, { name: null }])
})

test('the menu of a row and of the detail renames, too', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await row(page, 'Linear').getByText('Linear').click()
  for (const place of [row(page, 'Linear'), detail(page).locator('header')]) {
    await place.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: /^Rename/ }).click()
    await expect(page.getByRole('textbox', { name: 'Name of Linear' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(row(page, 'Linear')).toBeFocused()
  }
})

test('a name that is being typed is kept when the row moves meanwhile', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await row(page, 'Linear').getByText('Linear').click()
  await page.keyboard.press('F2')
  await page.keyboard.type('Road')
  await page.evaluate(() => {
    const { vault } = globalThis.fakes
    const gitlab = vault.credentials().find(({ name }) => name === 'GitLab')
    if (gitlab) vault.remove([gitlab.id])
  })
  await expect(row(page, 'GitLab')).toHaveCount(0)
  await page.keyboard.type('map')
  await expect(page.getByRole('textbox', { name: 'Name of Linear' })).toHaveValue('Roadmap')
})

test('the palette renames an entry that the search hides', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.getByRole('searchbox', { name: 'Search' }).fill('stripe')
  await expect(page.getByRole('row')).toHaveCount(1)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('linear')
  await page.keyboard.press('Tab')
  await page.keyboard.type('rename')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Name of Linear' })).toBeFocused()
  await page.keyboard.type('Roadmap')
  await page.keyboard.press('Enter')
  await expect(row(page, 'Roadmap')).toBeFocused()
})

test('the right button and the menu key open the menu of a row, and the focus comes back to it', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await row(page, 'Linear').getByText('Linear').click({ button: 'right' })
  await expect(page.getByRole('menuitem', { name: /^Copy token/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(row(page, 'Linear')).toBeFocused()
  await expect(row(page, 'Linear')).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: /^Rename/ }).click()
  await expect(page.getByRole('textbox', { name: 'Name of Linear' })).toBeFocused()
  await page.keyboard.press('Escape')
  await page.getByText('Needs attention').last().click({ button: 'right' })
  await expect(page.getByRole('menu')).toHaveCount(0)
})

test('S stars an entry, which moves below what needs the person, and S takes the star away', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  const grid = page.getByRole('grid', { name: 'Credentials' })
  await expect(grid.getByText('Favourites')).toHaveCount(0)
  await row(page, 'Slack').first().getByText('Slack').click()
  await page.keyboard.press('s')
  await expect(grid.getByText('Favourites')).toBeVisible()
  await expect(row(page, 'Slack').first()).toBeFocused()
  await expect(row(page, 'Slack').first().getByLabel('Favourite')).toBeVisible()
  const [favourites, expiring] = [grid.getByText('Favourites'), grid.getByText('Expiring soon')]
  const [above, below] = [await favourites.boundingBox(), await expiring.boundingBox()]
  expect(above!.y).toBeLessThan(below!.y)
  await page.keyboard.press('s')
  await expect(grid.getByText('Favourites')).toHaveCount(0)
})

test('tags and a note are written in the detail, and found by the rail and the search', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await row(page, 'Linear').getByText('Linear').click()
  await detail(page).getByLabel('Tags').fill('work')
  await page.keyboard.press('Enter')
  await detail(page).getByLabel('Tags').fill('two/words')
  await page.keyboard.press('Enter')
  await expect(detail(page).getByText('“two/words” is not a tag.')).toBeVisible()
  await detail(page).getByLabel('Tags').fill('')
  await detail(page).getByLabel('Note').fill('For the roadmap\nof spring')
  await page.keyboard.press('Escape')
  await expect.poll(() => calls(page)).toHaveLength(2)
  expect((await calls(page)).at(-1)).toMatchObject({ tags: ['work'], note: 'For the roadmap\nof spring' })
  const search = page.getByRole('searchbox', { name: 'Search' })
  for (const query of ['tag:work', 'spring']) {
    await search.fill(query)
    await expect(page.getByRole('row')).toHaveCount(1)
  }
  await search.fill('')
  await page.keyboard.press('Escape')
  await page.getByRole('navigation').getByRole('button', { name: /^work/ }).click()
  await expect(page.getByRole('row')).toHaveCount(1)
  await detail(page).getByRole('button', { name: 'Remove tag work' }).click()
  await expect(page.getByText('Nothing in this view.')).toBeVisible()
})

test('changes that follow each other at once lose nothing', async ({ ui }) => {
  const page = await ui.open({ delay: 200 })
  await settled(page)
  await row(page, 'Linear').getByText('Linear').click()
  await detail(page).getByLabel('Tags').fill('work')
  await page.keyboard.press('Enter')
  await detail(page).getByLabel('Note').fill('For the roadmap')
  await page.keyboard.press('Escape')
  await page.keyboard.press('s')
  const all = { name: null, isFavourite: true, tags: ['work'], note: 'For the roadmap' }
  await expect.poll(async () => (await calls(page)).at(-1)).toEqual(all)
  await expect(row(page, 'Linear').getByLabel('Favourite')).toBeVisible()
  await expect(detail(page).getByRole('button', { name: 'Remove tag work' })).toBeVisible()
})

test('a name that the vault does not take is told, and the entry keeps the one before', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.evaluate(() => globalThis.fakes.vault.failNext('setLabels', 'STORE_WRITE_FAILED'))
  await row(page, 'Linear').getByText('Linear').click()
  await page.keyboard.press('F2')
  await page.keyboard.type('Roadmap')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-pane=toasts]').getByText(/^Linear/)).toBeVisible()
  await expect(row(page, 'Linear')).toBeVisible()
})
