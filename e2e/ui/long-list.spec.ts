import { join, resolve } from 'node:path'
import { atName } from './list-row.ts'
import { expect, settled, test } from './ui-fixture.ts'
import { workMeter } from './work-meter.ts'

const PICTURES = resolve(import.meta.dirname, '../../test-results/ui')
const nodes = () => document.querySelectorAll('*').length

test('ten thousand rows are fewer than 1,500 nodes, at the top, in the middle and at the end', async ({
  ui
}) => {
  const page = await ui.open({ seed: 'ten-thousand' })
  const grid = page.getByRole('grid', { name: 'Credentials' })
  await expect(grid).toHaveAttribute('aria-rowcount', '10000')
  await settled(page)
  expect(await page.evaluate(nodes)).toBeLessThan(1500)
  await page.locator('[data-pane=list]').evaluate((element) => element.scrollTo(0, element.scrollHeight / 2))
  await settled(page)
  expect(await page.evaluate(nodes)).toBeLessThan(1500)
  await page.getByRole('row').first().click(atName)
  await page.keyboard.press('End')
  await expect(page.locator('[role=row]:focus')).toHaveAttribute('aria-rowindex', '10000')
  await expect(page.locator('[role=row]:focus')).toBeInViewport({ ratio: 1 })
  expect(await page.evaluate(nodes)).toBeLessThan(1500)
})

test('a key that moves on keeps the focus, also when its row was scrolled out of sight', async ({ ui }) => {
  const page = await ui.open({ seed: 'ten-thousand' })
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '10000')
  await settled(page)
  for (const [key, index] of [
    ['ArrowDown', '2'],
    ['End', '10000'],
    ['ArrowUp', '9999'],
    ['Home', '1']
  ] as const) {
    await page.locator('[data-pane=list]').evaluate((list) => list.scrollTo(0, list.scrollHeight / 2))
    await expect(page.locator('[aria-rowindex="5000"]')).toBeInViewport()
    await page.keyboard.press(key)
    await expect(page.locator('[role=row]:focus')).toHaveAttribute('aria-rowindex', index)
    await expect(page.locator('[role=row]:focus')).toBeInViewport()
  }
})

/** Types into the search and waits until the drawn list has another number of rows; runs in the page. */
async function searchFor(input: HTMLElement | SVGElement, text: string): Promise<void> {
  const rows = () => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')
  const before = rows()
  const descriptor = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')
  descriptor?.set?.call(input, text)
  input.dispatchEvent(new Event('input', { bubbles: true }))
  while (rows() === before) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
}

test('a search in ten thousand is drawn with little work for each key', async ({ ui }) => {
  const page = await ui.open({ seed: 'ten-thousand', realTime: true })
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '10000')
  await settled(page)
  const search = page.getByRole('searchbox', { name: 'Search' })
  const { worked, unit } = await workMeter(page)
  const times: number[] = []
  // The accounts are person-0 to person-9999: each digit leaves a tenth of them, or a little more.
  for (const text of [
    'person-4',
    'person-42',
    'person-421',
    'person-42',
    'person-4',
    'person-',
    'person-7'
  ]) {
    const before = await worked()
    await search.evaluate(searchFor, text)
    times.push((await worked()) - before)
  }
  const one = await unit()
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
  test.info().annotations.push({ type: 'median of work for a key, ms', description: median.toFixed(1) })
  test.info().annotations.push({ type: 'the same in units', description: (median / one).toFixed(1) })
  expect(median).toBeGreaterThan(0)
  expect(median / one).toBeLessThan(15)
})

test('a burst of a thousand deltas ends in what the vault holds, with little work', async ({ ui }) => {
  const page = await ui.open({ seed: 'thousand', realTime: true })
  await expect(page.getByRole('grid')).toBeVisible()
  const { worked, unit } = await workMeter(page)
  const before = await worked()
  await page.evaluate(async () => {
    const { vault } = globalThis.fakes
    for (const credential of vault.credentials())
      vault.upsert([{ ...credential, name: `Renamed ${credential.name}` }])
    await new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done)), 20))
  })
  await expect(page.getByRole('row').first()).toHaveAccessibleName(/^Renamed/)
  const took = (await worked()) - before
  test.info().annotations.push({ type: 'work for a thousand deltas, ms', description: took.toFixed(0) })
  expect(took).toBeGreaterThan(0)
  expect(took / (await unit())).toBeLessThan(50)
})

test('a delta that is missed brings the snapshot again', async ({ ui }) => {
  const page = await ui.open()
  await expect(page.getByRole('row')).toHaveCount(12)
  await page.evaluate(() =>
    globalThis.fakes.vault.emit('changed', { revision: 9, upserted: [], removed: [] })
  )
  await expect
    .poll(() =>
      page.evaluate(() => globalThis.fakes.vault.calls.filter(({ name }) => name === 'getSnapshot').length)
    )
    .toBeGreaterThan(1)
  await expect(page.getByRole('row')).toHaveCount(12)
})

test('the group header stays while its rows scroll', async ({ ui }) => {
  const page = await ui.open({ seed: 'thousand' })
  const list = page.locator('[data-pane=list]')
  await list.evaluate((element) => element.scrollTo(0, 3000))
  await settled(page)
  const header = page.getByText('Needs attention', { exact: true }).last()
  const [top, edge] = await Promise.all([header.boundingBox(), list.boundingBox()])
  expect(Math.abs((top?.y ?? 0) - (edge?.y ?? 0))).toBeLessThan(16)
})

const views = [
  { name: 'forced-colors', options: { media: { forcedColors: 'active' } } },
  { name: 'contrast', options: { media: { contrast: 'more' } } },
  { name: 'tiny', options: { size: { width: 320, height: 640 } } },
  { name: 'between', options: { size: { width: 800, height: 640 } } },
  { name: 'wide', options: { size: { width: 1600, height: 800 } } }
] as const

for (const { name, options } of views) {
  test(`${name}: nothing is cut off sideways`, async ({ ui }) => {
    const page = await ui.open(options)
    await settled(page)
    await page.screenshot({ path: join(PICTURES, `view-${name}.png`) })
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await ui.audit(page)
  })
}

test('text of twice the size makes rows of twice the height, and room for them', async ({ ui }) => {
  const page = await ui.open()
  const chrome = await page.context().newCDPSession(page)
  await chrome.send('Page.setFontSizes', { fontSizes: { standard: 32 } })
  await page.reload()
  await settled(page)
  await page.screenshot({ path: join(PICTURES, 'view-large-text.png') })
  const row = page.getByRole('row').first()
  expect((await row.boundingBox())?.height).toBe(112)
  await expect(row).toBeInViewport({ ratio: 1 })
  await ui.audit(page)
})

test('a double click opens a row and marks no words of it', async ({ ui }) => {
  const page = await ui.open()
  await page.getByRole('row', { name: /^Linear/ }).dblclick(atName)
  await expect(page.getByRole('heading', { name: 'Linear' })).toBeVisible()
  expect(await page.evaluate(() => String(getSelection()))).toBe('')
})
