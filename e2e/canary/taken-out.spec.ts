import type { ElectronApplication, Page } from '@playwright/test'
import { expect, test } from '@playwright/test'
import { SHOWN_MS } from '#shared/secrets.ts'
import { newCanary } from '../../test/support/canary-scan.ts'
import { runCli } from '../../test/support/run-cli.ts'
import { endWorld, environmentOf, launchWatched, newWorld } from './watched-vault.ts'

test.use({ trace: 'off' })
test.setTimeout(240_000)

const clipboardOf = (app: ElectronApplication): Promise<string> =>
  app.evaluate(async ({ clipboard }) => await clipboard.readText())

/** Keeps a window that is shown from now on open for as long as a slow computer needs to look at it. */
async function holdOpen(app: ElectronApplication): Promise<void> {
  await app.evaluate((_electron, shownMs) => {
    const real = globalThis.setTimeout
    const held = (run: () => void, ms?: number, ...args: []): NodeJS.Timeout =>
      real(run, ms !== undefined && ms > shownMs / 2 && ms <= shownMs ? 100_000 : ms, ...args)
    Object.assign(globalThis, { setTimeout: held, realSetTimeout: real })
  }, SHOWN_MS)
}

async function letClose(app: ElectronApplication): Promise<void> {
  await app.evaluate(() => {
    const { realSetTimeout } = globalThis as unknown as { readonly realSetTimeout: typeof setTimeout }
    Object.assign(globalThis, { setTimeout: realSetTimeout })
  })
}

/** Shows the secret of the entry in the detail, and returns the page of its window. */
async function shown(app: ElectronApplication, main: Page): Promise<Page> {
  const opened = app.waitForEvent('window')
  await main.getByRole('button', { name: 'More ways to copy' }).click()
  await main.getByRole('menuitem', { name: 'Show for 10 s' }).click()
  const page = await opened
  await page.getByText('Hides in').waitFor()
  return page
}

test('a secret that is copied and shown is in the clipboard and in its own window, and nowhere else', async () => {
  const world = newWorld()
  const canary = newCanary('api-key')
  const env = environmentOf(world)
  try {
    expect(await runCli(['import', '-'], env, `OPENAI_API_KEY=${canary.value}\n`)).toMatchObject({ code: 0 })
    const watched = await launchWatched(world)
    const { app, vault } = watched
    const { page } = vault
    await vault.select('OpenAI')

    await vault.row('OpenAI').press('c')
    await expect(page.getByText('OpenAI: copied')).toBeVisible()
    expect(await clipboardOf(app)).toBe(canary.value)
    await watched.look()
    await app.evaluate(({ powerMonitor }) => void powerMonitor.emit('lock-screen'))
    await expect.poll(() => clipboardOf(app)).toBe('')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await vault.select('OpenAI')

    await page.getByRole('button', { name: 'More ways to copy' }).click()
    await page.getByRole('menuitem', { name: 'Copy as NAME=value' }).click()
    await expect.poll(() => clipboardOf(app)).toBe(`OPENAI_API_KEY=${canary.value}`)
    // As when the process of the page crashes.
    await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      window?.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
    })
    await expect.poll(() => clipboardOf(app)).toBe('')

    await holdOpen(app)
    const window = await shown(app, page)
    await expect(window.getByText(canary.value)).toBeVisible()
    await watched.look()
    const closed = window.waitForEvent('close')
    // The window may be gone before the key is up again.
    await window.keyboard.press('Escape').catch(() => undefined)
    await closed
    await watched.look()
    await letClose(app)
    // Left alone, it closes at its time.
    const again = await shown(app, page)
    await again.waitForEvent('close', { timeout: 20_000 })

    const places = world.evidence.search([canary]).map(({ channel, where }) => `${channel}: ${where}`)
    expect([...new Set(places)].toSorted()).toEqual([
      'clipboard: content',
      'dom: /secret.html',
      'ipc: to page latchkey:secret:current',
      'renderer heap: /secret.html'
    ])
  } finally {
    await endWorld(world)
  }
})
