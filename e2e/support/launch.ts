import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import './chosen-electron.ts'

const root = resolve(import.meta.dirname, '../..')

export type LaunchOptions = {
  /** Data folder; default: a new one, removed at the end. */
  readonly home?: string
  readonly env?: Readonly<Record<string, string>>
  /** Arguments of the app: `--hidden`. */
  readonly args?: readonly string[]
  /** Started in place of Electron. */
  readonly executablePath?: string
}

export type Launched = {
  readonly app: ElectronApplication
  readonly page: Page
  readonly home: string
  /** Returns everything that the process has written to stdout and stderr so far. */
  readonly output: () => string
}

export function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'latchkey-e2e-'))
}

export async function removeHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
}

/** Starts the built app as a person would, but allows loopback issuers, as the tests' provider is one. */
export async function launchVault(options: LaunchOptions = {}): Promise<Launched> {
  const home = options.home ?? newHome()
  const env = {
    ...process.env,
    LATCHKEY_HOME: home,
    LATCHKEY_INSECURE_LOOPBACK_ISSUERS: '1',
    LATCHKEY_OPEN_TO_DEBUGGERS: '1', // the canary looks into the process
    ...options.env
  }
  const app = await _electron.launch({
    cwd: root,
    args: ['-r', join(root, 'e2e', 'spy.cjs'), '.', ...(options.args ?? [])],
    env,
    ...(options.executablePath !== undefined && { executablePath: options.executablePath })
  })
  const written: string[] = []
  app.process().stdout?.on('data', (data) => written.push(String(data)))
  app.process().stderr?.on('data', (data) => {
    written.push(String(data))
    // Why the stand-in's Chromium ended: the failure that follows says only that a page is closed.
    if (String(data).includes('electron host: Chromium ended')) process.stderr.write(String(data))
  })
  const page = await mainPage(app)
  return { app, page, home, output: () => written.join('') }
}

/** Returns the loaded page of the main window. */
export async function mainPage(app: ElectronApplication): Promise<Page> {
  const page = await app.firstWindow() // this may still be the empty document
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  return page
}
