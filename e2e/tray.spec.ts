import type { ElectronApplication } from '@playwright/test'
import { expect, test as base } from './fixture.ts'
import { launchVault } from './support/launch.ts'
import type { VaultApp } from './support/vault-app.ts'

declare const __e2e: { trays: { tray: Electron.Tray }[] }

/** A desktop whose panel shows no tray, as GNOME's; it can get one. */
const test = base.extend<{ desktop: { getTray(): Promise<void>; loseTray(): Promise<void> } }>({
  desktop: [
    async ({ trayHost }, use) => {
      if (trayHost === null) throw new Error('Only Linux has desktops without a tray.')
      await trayHost.leave()
      await use({ getTray: trayHost.come, loseTray: trayHost.leave })
      await trayHost.come()
    },
    { auto: true }
  ]
})
test.skip(process.platform !== 'linux', 'other systems always have a tray')

/** Returns the state of the main window. */
const windowState = (app: ElectronApplication): Promise<string> =>
  app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    return window!.isMinimized() ? 'minimized' : window!.isVisible() ? 'visible' : 'hidden'
  })
const close = (app: ElectronApplication): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())

/** Returns what the window was told about the tray. */
const hasTray = ({ page }: VaultApp): Promise<boolean | null> =>
  page.evaluate(async () => {
    const snapshot = await window.vault.getSnapshot()
    return snapshot.ok ? snapshot.value.hasTray : null
  })

test('without a tray, closing the window quits, because nothing could bring it back', async ({ vault }) => {
  expect(await hasTray(vault)).toBe(false)
  const closed = vault.app.waitForEvent('close')
  await close(vault.app).catch(() => undefined) // the process may be gone before it answers
  await closed
})

test('without a tray, closing minimizes if the person wants that, and hides as soon as there is a tray', async ({
  desktop,
  vault
}) => {
  const { app, page } = vault
  await page.getByRole('button', { name: 'Settings' }).click()
  const settings = page.getByRole('dialog', { name: 'Settings' })
  await settings.getByText('Minimizes it').click()
  await close(app)
  await expect.poll(() => windowState(app)).toBe('minimized')

  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.restore())
  await desktop.getTray()
  await expect(settings.getByRole('radio', { name: 'Minimizes it' })).toHaveCount(0)
  expect(await hasTray(vault)).toBe(true)
  await close(app)
  await expect.poll(() => windowState(app)).toBe('hidden')

  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.show())
  await desktop.loseTray()
  await expect(settings.getByRole('radio', { name: 'Minimizes it' })).toBeChecked()
})

test('a tray that comes after the app gets an icon', async ({ desktop, vault: { app } }) => {
  const icons = (): Promise<boolean[]> =>
    app.evaluate(() => __e2e.trays.map(({ tray }) => tray.isDestroyed()))
  expect(await icons()).toEqual([false])
  await desktop.getTray()
  await expect.poll(icons).toEqual([true, false])
})

test('a start without a window shows the window if no tray comes', async ({ home }) => {
  test.slow() // a tray gets ten seconds
  const { app } = await launchVault({ home, args: ['--hidden'] })
  expect(await windowState(app)).toBe('hidden')
  await expect.poll(() => windowState(app), { timeout: 20_000 }).toBe('visible')
  await app.close()
})
