import type { Page } from '@playwright/test'

/** Milliseconds that the page has worked, on its own thread: other programs can not make them more. */
export async function workMeter(page: Page): Promise<() => Promise<number>> {
  const chrome = await page.context().newCDPSession(page)
  await chrome.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await chrome.send('Performance.getMetrics')
    const worked = metrics.find(({ name }) => name === 'TaskDuration')?.value
    if (worked === undefined) throw new Error('Chromium does not say how long it has worked.')
    return worked * 1000
  }
}
