import { readFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { build } from 'vite'
import type { ApprovalState } from '#shared/approval.ts'
import type { ShownSecret } from '#shared/secrets.ts'
import type { StripState } from '#shared/sign-in-strip.ts'
import { CONTENT_SECURITY_POLICY } from '../../src-main/shell/app-protocol.ts'
import type { SeedName } from './seeds.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const RENDERER = process.env['LATCHKEY_RENDERER'] ?? join(ROOT, 'out/renderer')
const ORIGIN = 'https://vault.app.invalid'
/** A Saturday before noon: every relative time of the seeds is based on it. */
export const NOW = Date.parse('2026-11-21T11:38:00Z')

/** A delay so long that the page still shows the state before the answer. */
const NEVER = 10_000

export type Theme = 'light' | 'dark'
type Size = { readonly width: number; readonly height: number }
export type OpenOptions = {
  readonly seed?: SeedName
  readonly theme?: Theme
  readonly density?: 'comfortable' | 'compact'
  /** Providers with sign-in in the browser. */
  readonly browserFor?: string[]
  readonly size?: Size
  readonly delay?: number
  readonly path?: 'index.html' | 'sign-in.html' | 'approval.html' | 'secret.html'
  readonly strip?: StripState
  readonly approval?: ApprovalState
  readonly shown?: ShownSecret
  /** True keeps the real clock, for tests of layout and not of time. */
  readonly realTime?: boolean
  readonly media?: {
    readonly forcedColors?: 'active'
    readonly reducedMotion?: 'reduce'
    readonly contrast?: 'more'
  }
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml'
}

/** Returns the script that puts a fake vault into a page. */
export async function bundleFake(): Promise<string> {
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

/** Opens the built renderer with the real policy over a fake vault. Its errors are added to `complaints`. */
export async function openPage(
  chrome: Browser,
  fakeScript: string,
  options: OpenOptions,
  complaints: string[]
): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const {
    seed = 'twelve',
    density = 'comfortable',
    browserFor = [],
    delay = 0,
    path = 'index.html'
  } = options
  const context = await newContext(chrome, options)
  const page = await context.newPage()
  listenTo(page, complaints)
  if (options.realTime !== true) await page.clock.setFixedTime(NOW)
  const fakeOptions = { seed, delay, preferences: { density, browserFor } }
  const { strip, approval, shown } = options
  const given = `globalThis.fakeOptions=${JSON.stringify(fakeOptions)};globalThis.fakeStripState=${JSON.stringify(strip)};globalThis.fakeApprovalState=${JSON.stringify(approval)};globalThis.fakeShownSecret=${JSON.stringify(shown)};`
  await page.addInitScript({ content: given + fakeScript })
  await page.goto(`${ORIGIN}/${path}`)
  // The list is awaited, as a person would do, before anything is pressed.
  if (path === 'index.html' && delay < NEVER)
    await page.locator('nav, [role=alert]').first().waitFor({ state: 'attached' })
  return { page, context }
}

async function newContext(
  chrome: Browser,
  { theme = 'light', size, media }: OpenOptions
): Promise<BrowserContext> {
  const context = await chrome.newContext({
    viewport: size ?? { width: 1040, height: 720 },
    colorScheme: theme,
    reducedMotion: media?.reducedMotion ?? 'no-preference',
    forcedColors: media?.forcedColors ?? 'none',
    contrast: media?.contrast ?? 'no-preference',
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
  return context
}

function listenTo(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console: ${message.text()}`)
  })
}
