import {
  type Browser,
  type BrowserContext,
  test as base,
  chromium,
  expect,
  type Page
} from '@playwright/test'
import type { CredentialSummary } from '#shared/credential.ts'
import { findChromium } from '../../electron-host/src/installed-chromium.ts'
import { atName } from './list-row.ts'
import { audit } from './ui-audit.ts'
import { bundleFake, openPage, type OpenOptions } from './ui-page.ts'

export { expect }

type Ui = {
  readonly open: (options?: OpenOptions) => Promise<Page>
  readonly audit: (page: Page) => Promise<void>
}

/** The built renderer with the real policy, in an installed Chromium, over a fake vault. */
export const test = base.extend<{ ui: Ui }, { chrome: Browser; fakeScript: string }>({
  chrome: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from the pattern
    async ({}, use) => {
      const executablePath = await findChromium(false)
      if (executablePath === null) throw new Error('No Chromium found; set ELECTRON_HOST_CHROMIUM.')
      const chrome = await chromium.launch({ executablePath, args: ['--font-render-hinting=none'] })
      await use(chrome)
      await chrome.close()
    },
    { scope: 'worker' }
  ],
  // oxlint-disable-next-line no-empty-pattern -- as above
  fakeScript: [async ({}, use) => use(await bundleFake()), { scope: 'worker' }],
  ui: async ({ chrome, fakeScript }, use) => {
    const contexts: BrowserContext[] = []
    const complaints: string[] = []
    async function open(options: OpenOptions = {}): Promise<Page> {
      const { page, context } = await openPage(chrome, fakeScript, options, complaints)
      contexts.push(context)
      return page
    }
    await use({ open, audit })
    for (const context of contexts) {
      for (const page of context.pages())
        complaints.push(...(await page.evaluate(() => globalThis.fakes.violations)))
      await context.close()
    }
    expect(complaints, 'policy violations, console errors and uncaught errors').toEqual([])
  }
})

/** Waits until the page has its final look: fonts, two frames, and the animations that end. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    const frame = () => Promise.race([after(100), new Promise((resolve) => requestAnimationFrame(resolve))])
    await document.fonts.ready
    await frame()
    await frame()
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    await Promise.race([after(500), Promise.allSettled(ending.map(({ finished }) => finished))])
    await frame()
  })
}

/** Changes the first sign-in that works to another state, opens it and returns its name. */
export async function giveFirst(page: Page, change: Partial<CredentialSummary>): Promise<string> {
  const name = await page.evaluate((part) => {
    const { vault } = globalThis.fakes
    const first = vault.credentials().find(({ kind, status }) => kind === 'oauth' && status.kind === 'valid')
    if (first === undefined) throw new Error('There is no sign-in.')
    const given = { ...first, renewable: true, ...part }
    vault.upsert([given])
    return given.name
  }, change)
  await page
    .getByRole('row', { name: new RegExp(`^${name}`) })
    .first()
    .click(atName)
  return name
}
