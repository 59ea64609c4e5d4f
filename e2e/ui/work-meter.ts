import type { Page } from '@playwright/test'

export type WorkMeter = {
  /** Milliseconds that the page has worked so far, on its own thread. */
  readonly worked: () => Promise<number>
  /** The same for sorting 20,000 words, the median of five runs: the current speed of this machine. */
  readonly unit: () => Promise<number>
}

/** Measures work instead of time, in units, so that a slow or busy machine makes no difference. */
export async function workMeter(page: Page): Promise<WorkMeter> {
  const chrome = await page.context().newCDPSession(page)
  await chrome.send('Performance.enable', { timeDomain: 'threadTicks' })
  async function worked(): Promise<number> {
    const { metrics } = await chrome.send('Performance.getMetrics')
    const found = metrics.find(({ name }) => name === 'TaskDuration')?.value
    if (found === undefined) throw new Error('Chromium does not say how long it has worked.')
    return found * 1000
  }
  async function sorting(): Promise<number> {
    const before = await worked()
    await page.evaluate(() => {
      const words = Array.from({ length: 20_000 }, (_one, index) => `word-${(index * 7919) % 20_011}`)
      return words.toSorted().join(' ').length
    })
    return (await worked()) - before
  }
  async function unit(): Promise<number> {
    const runs = [await sorting(), await sorting(), await sorting(), await sorting(), await sorting()]
    return runs.toSorted((a, b) => a - b)[2] ?? 0
  }
  return { worked, unit }
}
