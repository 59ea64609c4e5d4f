import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, settled, test } from './ui-fixture.ts'

const PICTURES = resolve(import.meta.dirname, '../../test-results/ui')

/** Adds the longest second lines to the statuses of the seed. */
async function withLongTexts(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { vault } = globalThis.fakes
    const [first] = vault.credentials().filter(({ name }) => name === 'Keycloak')
    if (first === undefined) throw new Error('There is no Keycloak.')
    const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
    const failing = { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE' } as const
    const aging = { status: { kind: 'expiring' }, renewable: true, useBefore: null } as const
    const calm = {
      status: { kind: 'valid' },
      renewable: true,
      nextRefreshAt: null,
      keptFresh: false
    } as const
    vault.upsert([
      { ...first, id: 'a', status: { ...failing, nextTryAt: inMinutes(59) } },
      { ...first, id: 'b', status: { ...failing, nextTryAt: null } },
      { ...first, id: 'c', ...aging, signInBefore: inMinutes(30 * 24 * 60) },
      { ...first, id: 'd', ...calm },
      { ...first, id: 'e', status: { kind: 'needs-sign-in', code: 'CONSENT_REQUIRED', since: null } }
    ])
  })
}

type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
type Text = { readonly text: string; readonly isStatus: boolean; readonly box: Box; readonly seen: Box }
type Row = { readonly name: string | null; readonly box: Box; readonly texts: readonly Text[] }

/** Returns every text of every row, with its box and the part of it that is visible; runs in the page. */
function drawnRows(): Row[] {
  const plain = ({ left, right, top, bottom }: Box): Box => ({ left, right, top, bottom })
  const common = (a: Box, b: Box): Box => ({
    left: Math.max(a.left, b.left),
    right: Math.min(a.right, b.right),
    top: Math.max(a.top, b.top),
    bottom: Math.min(a.bottom, b.bottom)
  })
  function drawnText(node: Node, row: Element): Text {
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = plain(range.getBoundingClientRect())
    let seen = common(box, row.getBoundingClientRect())
    for (let each = node.parentElement; each !== null && each !== row; each = each.parentElement)
      if (getComputedStyle(each).overflow !== 'visible') seen = common(seen, each.getBoundingClientRect())
    const isStatus = node.parentElement?.closest('[role=gridcell]') === row.lastElementChild
    return { text: node.textContent ?? '', isStatus, box, seen }
  }
  return [...document.querySelectorAll('[data-row]')].map((row) => {
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
    const texts: Text[] = []
    while (walker.nextNode() !== null) texts.push(drawnText(walker.currentNode, row))
    return { name: row.ariaLabel, box: plain(row.getBoundingClientRect()), texts }
  })
}

const isDrawn = ({ left, right }: Box): boolean => right > left
const differ = (a: number, b: number): boolean => Math.abs(a - b) > 0.5
const isCut = ({ box, seen }: Text): boolean =>
  !isDrawn(box) || (['left', 'right', 'top', 'bottom'] as const).some((side) => differ(box[side], seen[side]))
const meet = (a: Box, b: Box): boolean =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
  Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5

/** Returns statuses that are cut, texts that overlap, and rows that overlap. */
async function faults(page: Page): Promise<string[]> {
  const rows = await page.evaluate(drawnRows)
  expect(rows.flatMap(({ texts }) => texts.filter(({ isStatus }) => isStatus))).toHaveLength(2 * rows.length)
  return rows.flatMap(({ name, box, texts }, index) => [
    ...texts.filter((text) => text.isStatus && isCut(text)).map(({ text }) => `${name}: ${text} is cut`),
    ...texts
      .filter(({ seen }, at) => texts.slice(0, at).some((other) => meet(seen, other.seen)))
      .map(({ text }) => `${name}: ${text} lies on another text`),
    ...rows
      .slice(0, index)
      .filter((other) => meet(box, other.box))
      .map((other) => `${name} lies on ${other.name}`)
  ])
}

test('in a wide window the status stays near the name, and the detail takes the rest', async ({ ui }) => {
  const widths = async (width: number): Promise<readonly number[]> => {
    const page = await ui.open({ size: { width, height: 800 } })
    await settled(page)
    const panes = page.locator('[data-pane=list], [data-pane=detail]')
    return await panes.evaluateAll((all) => all.map((pane) => Math.round(pane.getBoundingClientRect().width)))
  }
  const [list = 0, detail = 0] = await widths(1600)
  expect([list, detail]).toEqual([960, 440])
  expect((await widths(2560))[0]).toBe(960)
  expect((await widths(1040))[1]).toBe(352)
})

for (const density of ['comfortable', 'compact'] as const) {
  for (const [text, fontSize] of [
    ['', 16],
    [' with text of twice the size', 32]
  ] as const) {
    test(`every status and its time is read whole in a narrow window, ${density}${text}`, async ({ ui }) => {
      // The width is 20 times the text size in both cases.
      const size = { width: 20 * fontSize, height: 70 * fontSize }
      const page = await ui.open({ density, size })
      const chrome = await page.context().newCDPSession(page)
      await chrome.send('Page.setFontSizes', { fontSizes: { standard: fontSize } })
      await page.reload()
      await expect(page.getByRole('row')).toHaveCount(12)
      await withLongTexts(page)
      await expect(page.getByRole('row')).toHaveCount(17)
      await settled(page)
      await page.screenshot({ path: join(PICTURES, `narrow-list-${density}-${fontSize}.png`) })
      expect(await faults(page)).toEqual([])
      const heights = await page
        .getByRole('row')
        .evaluateAll((rows) => [...new Set(rows.map((row) => row.getBoundingClientRect().height))])
      expect(heights).toEqual([fontSize * (density === 'compact' ? 2.5 : 3.5)])
      await ui.audit(page)
    })
  }
}

test('rows keep clear of each other when the size of the text changes under them', async ({ ui }) => {
  const page = await ui.open({ density: 'compact' })
  await settled(page)
  const chrome = await page.context().newCDPSession(page)
  for (const fontSize of [32, 20, 16]) {
    await chrome.send('Page.setFontSizes', { fontSizes: { standard: fontSize } })
    await expect
      .poll(async () => (await page.getByRole('row').first().boundingBox())?.height)
      .toBe(2.5 * fontSize)
    await settled(page)
    expect(await faults(page)).toEqual([])
  }
})
