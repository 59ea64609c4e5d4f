// `npm run bench:ui`: what the person at the window waits for, with 10,000 credentials.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, chromium, type Page } from '@playwright/test'
import { bundleFake, openPage } from '../e2e/ui/ui-page.ts'
import { workMeter } from '../e2e/ui/work-meter.ts'
import { findChromium } from '../electron-host/src/installed-chromium.ts'
import { mainSide } from './list-of-many.ts'
import { report, type Row, row } from './measure.ts'

const RUNS = 7
const COUNT = '10000'

type Told = { answered: number; first: number; whole: number }
declare global {
  var told: Told
}

process.chdir(resolve(import.meta.dirname, '..'))
const rows = await mainSide()
const executablePath = await findChromium(false)
if (executablePath === null) throw new Error('No Chromium found; set ELECTRON_HOST_CHROMIUM.')
const chrome = await chromium.launch({
  executablePath,
  args: ['--enable-precise-memory-info', '--js-flags=--expose-gc']
})
try {
  rows.push(...(await windowSide(chrome)))
} finally {
  await chrome.close()
}
report('ui', rows)

async function windowSide(browser: Browser): Promise<Row[]> {
  const { page, context } = await openPage(
    browser,
    await bundleFake(),
    { seed: 'ten-thousand', realTime: true },
    []
  )
  await page.addInitScript(noteFirstList)
  const starts: Told[] = []
  for (let run = 0; run < RUNS; run += 1) {
    await page.reload()
    await whole(page)
    starts.push(await page.evaluate(() => globalThis.told))
  }
  const idle = await idleWork(page)
  const typed = await typing(page)
  const moved = await moving(page)
  const { menus, sorts, works } = await sorting(page)
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length)
  const { one, burst } = await deltas(page)
  const scrolled = await scrolling(page)
  const heap = await heapAfterCollection(page)
  await context.close()
  return [
    figure(
      'first list after the answer of getSnapshot',
      starts.map((told) => told.first - told.answered),
      [100]
    ),
    figure(
      'whole list after the answer of getSnapshot',
      starts.map((told) => told.whole - told.answered)
    ),
    figure(
      'navigation to the first row',
      starts.map((told) => told.first),
      [400]
    ),
    figure('key in the search to paint', typed, [50]),
    figure('arrow key to paint', moved, [50]),
    figure('open the sort menu to two frames', menus, [50]),
    figure('choose a sort to two frames', sorts, [50]),
    figure('work for a sort', works, [50]),
    figure('scroll through everything in 240 frames, a frame', scrolled, [20]),
    figure('one delta to paint', one, [30]),
    figure('1,000 deltas at once to paint', burst, [300]),
    figure('work in 20 s of rest', [idle], [100]),
    figure('nodes of the document', [nodes], [1500], 'nodes'),
    figure('heap of the page, its fake vault in it', [heap], [40], 'MB'),
    figure('scripts before the list, gzip', [weight('js')], [200], 'kB'),
    figure('styles before the list, gzip', [weight('css')], [20], 'kB')
  ]
}

/** A goal is a bound for p50. */
function figure(
  name: string,
  sample: readonly number[],
  goal?: readonly [number],
  unit: Row['unit'] = 'ms'
): Row {
  if (goal === undefined) return row({ name, sample, unit })
  const [most] = goal
  return row({
    name,
    sample,
    unit,
    goal: [`≤ ${most.toLocaleString('en')} ${unit}`, ({ p50 }) => p50 <= most]
  })
}

/** Notes when the snapshot was answered and when its list was there; runs in the page before its own script. */
function noteFirstList(): void {
  const told = { answered: 0, first: 0, whole: 0 }
  globalThis.told = told
  const { vault } = globalThis as unknown as { vault: { getSnapshot: () => Promise<unknown> } }
  const { getSnapshot } = vault
  vault.getSnapshot = async () => {
    const answer = await getSnapshot()
    told.answered ||= performance.now()
    return answer
  }
  const look = (): void => {
    const now = performance.now()
    if (told.first === 0 && document.querySelector('[role=row]') !== null) told.first = now
    const grid = document.querySelector('[role=grid]')
    if (grid?.getAttribute('aria-rowcount') === '10000') told.whole = now
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

async function whole(page: Page): Promise<void> {
  await page.locator(`[role=grid][aria-rowcount="${COUNT}"]`).waitFor()
  await page.evaluate(
    () => new Promise((done) => requestIdleCallback(() => requestAnimationFrame(() => setTimeout(done, 100))))
  )
}

async function typing(page: Page): Promise<number[]> {
  const search = page.getByRole('searchbox', { name: 'Search' })
  const times: number[] = []
  for (const text of ['p', 'pe', 'per', 'person-4', 'person-42', 'person-421', 'person-42', 'person-4', '']) {
    times.push(
      await search.evaluate(async (input, next) => {
        const descriptor = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')
        const begun = performance.now()
        descriptor?.set?.call(input, next)
        input.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
        return performance.now() - begun
      }, text)
    )
    await page.waitForTimeout(150)
  }
  await whole(page)
  return times
}

async function moving(page: Page): Promise<number[]> {
  await page.keyboard.press('ArrowDown')
  return await page.evaluate(async () => {
    const times: number[] = []
    for (let step = 0; step < 30; step += 1) {
      const begun = performance.now()
      const key = new KeyboardEvent('keydown', { key: 'ArrowDown', code: 'ArrowDown', bubbles: true })
      document.activeElement?.dispatchEvent(key)
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
      times.push(performance.now() - begun)
    }
    return times
  })
}

async function sorting(page: Page): Promise<{ menus: number[]; sorts: number[]; works: number[] }> {
  const { worked } = await workMeter(page)
  const [menus, sorts, works]: [number[], number[], number[]] = [[], [], []]
  for (const order of ['Name', 'Expiry', 'Recently used', 'Added', 'Attention']) {
    const button = page.getByRole('button', { name: /^Sort by/ })
    menus.push(await button.evaluate(clicked))
    const item = page
      .getByRole('menuitemradio')
      .filter({ hasText: new RegExp(order, 'i') })
      .first()
    await item.waitFor()
    const before = await worked()
    sorts.push(await item.evaluate(clicked))
    works.push((await worked()) - before)
    await item.waitFor({ state: 'detached' })
  }
  return { menus, sorts, works }
}

/** Presses an element and returns the time until two frames later, in ms; runs in the page. */
async function clicked(element: HTMLElement | SVGElement): Promise<number> {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  const begun = performance.now()
  const at = { bubbles: true, cancelable: true, button: 0, detail: 1 }
  for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
    const Kind = type.startsWith('pointer') ? PointerEvent : MouseEvent
    element.dispatchEvent(
      new Kind(type, { ...at, ...(type.startsWith('pointer') && { pointerType: 'mouse' }) })
    )
  }
  await frame()
  await frame()
  return performance.now() - begun
}

async function deltas(page: Page): Promise<{ one: number[]; burst: number[] }> {
  return await page.evaluate(async (runs) => {
    const { vault } = globalThis.fakes
    const shown = () => document.querySelector('[role=row]')?.getAttribute('aria-label') ?? ''
    async function told(mark: string, count: number): Promise<number> {
      const [first, ...rest] = vault.credentials()
      const wanted = [first, ...rest].slice(0, count)
      const begun = performance.now()
      for (const credential of wanted) if (credential) vault.upsert([{ ...credential, name: `0${mark}` }])
      while (!shown().startsWith(`0${mark}`)) await new Promise((done) => requestAnimationFrame(done))
      return performance.now() - begun
    }
    document.querySelector('[data-pane=list]')?.scrollTo(0, 0)
    const [one, burst]: [number[], number[]] = [[], []]
    for (let run = 0; run < runs; run += 1) one.push(await told(`a${String(run)}`, 1))
    for (let run = 0; run < runs; run += 1) burst.push(await told(`b${String(run)}`, 1000))
    return { one, burst }
  }, RUNS)
}

async function scrolling(page: Page): Promise<number[]> {
  return await page.evaluate(async () => {
    const list = document.querySelector('[data-pane=list]')
    const times: number[] = []
    let before = performance.now()
    for (let frame = 0; frame < 240; frame += 1) {
      list?.scrollTo(0, (list.scrollHeight * frame) / 240)
      await new Promise((done) => requestAnimationFrame(done))
      times.push(performance.now() - before)
      before = performance.now()
    }
    list?.scrollTo(0, 0)
    return times
  })
}

async function idleWork(page: Page): Promise<number> {
  const { worked } = await workMeter(page)
  await page.waitForTimeout(2000)
  const before = await worked()
  await page.waitForTimeout(20_000)
  return (await worked()) - before
}

async function heapAfterCollection(page: Page): Promise<number> {
  const chrome = await page.context().newCDPSession(page)
  await chrome.send('HeapProfiler.collectGarbage')
  const { usedSize } = await chrome.send('Runtime.getHeapUsage')
  return usedSize / 1e6
}

/** Size after gzip, in kB, of what the page loads before it shows anything. */
function weight(ending: 'css' | 'js'): number {
  const html = readFileSync('out/renderer/index.html', 'utf8')
  const files = [...html.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)].map(([, file = '']) => file)
  const wanted = files.filter((file) => file.endsWith(`.${ending}`))
  const sizes = wanted.map((file) => gzipSync(readFileSync(join('out/renderer', file)), { level: 9 }).length)
  return sizes.reduce((sum, size) => sum + size, 0) / 1000
}
