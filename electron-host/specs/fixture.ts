// The fixture of the host's specs: a small app under the host, or under Electron on request.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test'
export { onHost as isHost } from '../../e2e/support/chosen-electron.ts'

declare const hostSpy: { uncaught: string[] }

const require = createRequire(import.meta.url)

/** The executable that a person would start. */
export const electronPath = (): string => String(require('electron'))
export const fixtureApp = join(import.meta.dirname, 'fixture-app')

export type Run = { app: ElectronApplication; page: Page; userData: string }
export type Answer = { status?: number; headers?: Record<string, string>; body?: string }
export type Site = { origin: string; hits: string[]; close(): void }
type Serve = (answer: (url: URL, headers: IncomingHttpHeaders) => Answer) => Promise<Site>

async function openSite(answer: Parameters<Serve>[0]): Promise<Site> {
  const hits: string[] = []
  const server = createServer((request, response) => {
    hits.push(request.url!)
    const {
      status = 200,
      headers = {},
      body = ''
    } = answer(new URL(request.url!, 'http://x'), request.headers)
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { hits, close, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** The page of the app itself: a spec may open another page at the same time, which may come first. */
async function ownPage(app: ElectronApplication): Promise<Page> {
  const find = (): Page | undefined => app.windows().find((page) => page.url().endsWith('/index.html'))
  await expect.poll(() => find() !== undefined).toBe(true)
  return find()!
}

/** `run`: the started fixture app. `serve`: a web site on this machine, removed after the test. */
export const test = base.extend<{ env: Record<string, string>; run: Run; serve: Serve }>({
  env: [{}, { option: true }],
  run: async ({ env }, use) => {
    const userData = mkdtempSync(join(tmpdir(), 'host-spec-'))
    const args = ['-r', join(fixtureApp, 'spy.cjs'), fixtureApp, `--user-data-dir=${userData}`]
    // Null: Playwright leaves the theme alone.
    const app = await _electron.launch({
      args,
      colorScheme: null,
      env: { ...(process.env as Record<string, string>), ...env }
    })
    const page = await ownPage(app)
    await page.getByText('module ran').waitFor()
    await use({ app, page, userData })
    // A spec that expects an exception takes it out of the list; an app that has ended is not asked.
    const uncaught = await app.evaluate(() => hostSpy.uncaught).catch(() => [])
    await app.close()
    expect(uncaught).toEqual([])
    rmSync(userData, { recursive: true, force: true })
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  serve: async ({}, use) => {
    const sites: Site[] = []
    await use(async (answer) => {
      const site = await openSite(answer)
      sites.push(site)
      return site
    })
    for (const site of sites) site.close()
  }
})
export { expect }
