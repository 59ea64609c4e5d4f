import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join, resolve } from 'node:path'
import { type BrowserContext, test as base, chromium, expect, type Page } from '@playwright/test'
import type axeCore from 'axe-core'
import { build } from 'vite'
import type { CredentialSummary } from '#shared/credential.ts'
import type { StripState } from '#shared/sign-in-strip.ts'
import { CONTENT_SECURITY_POLICY } from '../../src-main/shell/app-protocol.ts'
import type { SeedName } from './seeds.ts'

export { expect }

/** Chromium without any interface of a browser: it starts in half the time. */
const HEADLESS_SHELL = '/usr/lib/chromium/chromium-headless-shell'
const ROOT = resolve(import.meta.dirname, '../..')
const RENDERER = process.env['LATCHKEY_RENDERER'] ?? join(ROOT, 'out/renderer')
const ORIGIN = 'https://vault.app.invalid'
/** A Saturday before noon: every relative time of the seeds is drawn from here. */
export const NOW = Date.parse('2026-11-21T11:38:00Z')

/** An answer that is so late shows what is there until it comes. */
const NEVER = 10_000

export type Theme = 'light' | 'dark'
type Size = { readonly width: number; readonly height: number }
export type OpenOptions = {
  readonly seed?: SeedName
  readonly theme?: Theme
  readonly density?: 'comfortable' | 'compact'
  /** Providers that are signed in to in the browser. */
  readonly browserFor?: string[]
  readonly size?: Size
  readonly delay?: number
  readonly path?: 'index.html' | 'sign-in.html'
  readonly strip?: StripState
  /** For what is about layout and not about time. */
  readonly realTime?: boolean
  readonly media?: {
    readonly forcedColors?: 'active'
    readonly reducedMotion?: 'reduce'
    readonly contrast?: 'more'
  }
}

type Ui = {
  readonly open: (options?: OpenOptions) => Promise<Page>
  readonly audit: (page: Page) => Promise<void>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml'
}

/** The built renderer with the real policy, in Debian's Chromium, over a fake vault. */
export const test = base.extend<
  { ui: Ui },
  { chrome: Awaited<ReturnType<typeof chromium.launch>>; fakeScript: string }
>({
  chrome: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from the pattern
    async ({}, use) => {
      const executablePath =
        process.env['CHROMIUM'] ?? (existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : '/usr/bin/chromium')
      const chrome = await chromium.launch({ executablePath, args: ['--font-render-hinting=none'] })
      await use(chrome)
      await chrome.close()
    },
    { scope: 'worker' }
  ],
  // oxlint-disable-next-line no-empty-pattern
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

async function bundleFake(): Promise<string> {
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '#shared': join(ROOT, 'src-shared') } },
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: join(import.meta.dirname, 'fake-page.ts'), output: { format: 'iife' } }
    }
  })
  const [first] = Array.isArray(result) ? result : [result]
  const chunk = first !== undefined && 'output' in first ? first.output[0] : undefined
  if (chunk === undefined) throw new Error('The fake was not built.')
  return chunk.code
}

type Browser = Awaited<ReturnType<typeof chromium.launch>>

async function openPage(chrome: Browser, fakeScript: string, options: OpenOptions, complaints: string[]) {
  const {
    seed = 'twelve',
    theme = 'light',
    density = 'comfortable',
    browserFor = [],
    size,
    delay = 0,
    path = 'index.html'
  } = options
  const context = await chrome.newContext({
    viewport: size ?? { width: 1040, height: 720 },
    colorScheme: theme,
    reducedMotion: options.media?.reducedMotion ?? 'no-preference',
    forcedColors: options.media?.forcedColors ?? 'none',
    contrast: options.media?.contrast ?? 'no-preference',
    timezoneId: 'UTC'
  })
  await context.route(`${ORIGIN}/**`, async (route) => {
    const file = new URL(route.request().url()).pathname
    if (file === '/favicon.ico') return route.fulfill({ status: 204 })
    const body = await readFile(join(RENDERER, file)).catch(() => null)
    if (body === null) return route.fulfill({ status: 404 })
    const contentType = types[extname(file)] ?? 'application/octet-stream'
    return route.fulfill({
      body,
      contentType,
      headers: { 'content-security-policy': CONTENT_SECURITY_POLICY }
    })
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console: ${message.text()}`)
  })
  if (options.realTime !== true) await page.clock.setFixedTime(NOW)
  const fakeOptions = { seed, delay, preferences: { density, browserFor } }
  const given = `globalThis.fakeOptions=${JSON.stringify(fakeOptions)};globalThis.fakeStripState=${JSON.stringify(options.strip)};`
  await page.addInitScript({ content: given + fakeScript })
  await page.goto(`${ORIGIN}/${path}`)
  // A person waits for the list, too, before anything is pressed.
  if (path === 'index.html' && delay < NEVER)
    await page.locator('nav, [role=alert]').first().waitFor({ state: 'attached' })
  return { page, context }
}

let axeSource: Promise<string> | null = null

/** WCAG 2.0 to 2.2 A and AA and best practice: no finding at all. */
async function audit(page: Page): Promise<void> {
  axeSource ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await axeSource)
  const findings = await page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: typeof axeCore }).axe
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    })
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`).join(' | ')}`
    )
  })
  expect(findings).toEqual([])
}

/** Waits until the page is drawn as it will stay: fonts, two frames, and the movements that come to an end. */
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

/** Gives the first sign-in that works another state, opens it and returns its name. */
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
    .click({ position: { x: 40, y: 20 } })
  return name
}
