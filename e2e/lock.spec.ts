import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { runCli } from '../test/support/run-cli.ts'
import { expect, test } from './fixture.ts'
import { spy } from './support/vault-app.ts'

const KEY = 'sk_test_0123456789abcdefghij'
const LOCKED = 'latchkey: locked; unlock Latchkey in its window, and this goes on\n'

const heading = (page: Page) => page.getByRole('heading', { name: 'Latchkey is locked' })
const unlock = (page: Page) => page.getByRole('button', { name: 'Unlock' })

async function keep(home: string, name: string): Promise<void> {
  const file = join(home, 'keys.env')
  writeFileSync(file, `${name}=${KEY}\n`)
  expect((await runCli(['import', file], { LATCHKEY_HOME: home })).code).toBe(0)
}

const emit = (app: ElectronApplication, event: 'suspend' | 'lock-screen'): Promise<void> =>
  app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event)

test('Ctrl+L hides everything, also what a dialog holds, and Enter opens it again', async ({
  home,
  vault
}) => {
  await keep(home, 'STRIPE_KEY')
  const { page } = vault
  await expect(vault.row('STRIPE_KEY')).toBeVisible()
  await page.keyboard.press('Control+n')
  await page.getByRole('tab', { name: 'API key' }).click()
  await page.getByLabel('Key', { exact: true }).fill(KEY)
  await page.keyboard.press('Control+l')
  await expect(heading(page)).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByText('STRIPE_KEY')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Settings', exact: true })).toHaveCount(0)
  await expect(unlock(page)).toBeFocused()
  expect(await page.evaluate(() => window.vault.setPreferences({} as never))).toMatchObject({ ok: false })
  const [first] = await vault.credentials()
  const refused = await page.evaluate((id) => window.vault.copySecret(id, 'secret'), first?.id ?? '')
  expect(refused).toMatchObject({ ok: false, problem: { code: 'VAULT_LOCKED' } })
  await page.keyboard.press('Enter')
  await expect(vault.row('STRIPE_KEY')).toBeVisible()
})

test('the padlock of the rail locks, and a click opens it again', async ({ home, vault }) => {
  await keep(home, 'STRIPE_KEY')
  const { page } = vault
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await expect(heading(page)).toBeVisible()
  await unlock(page).click()
  await expect(vault.row('STRIPE_KEY')).toBeVisible()
})

test('a command that finds the vault locked waits, is named in the window, and goes on', async ({
  home,
  vault
}) => {
  await keep(home, 'STRIPE_KEY')
  const { page } = vault
  await vault.row('STRIPE_KEY').waitFor()
  const env = { LATCHKEY_HOME: home }
  expect(await runCli(['lock'], env)).toMatchObject({ code: 0, errors: '' })
  await expect(heading(page)).toBeVisible()
  const removing = runCli(['sign-out', '--forget', 'stripe'], env)
  await expect(page.getByText('Waiting for you: your terminal')).toBeVisible()
  expect(await runCli(['unlock'], env)).toMatchObject({
    out: '',
    errors: expect.stringContaining('unlock it in its window') as unknown as string
  })
  await expect(heading(page)).toBeVisible()
  await unlock(page).click()
  const removed = await removing
  expect([removed.code, removed.errors]).toEqual([0, LOCKED])
  await expect(vault.row('STRIPE_KEY')).toHaveCount(0)
})

for (const event of ['suspend', 'lock-screen'] as const) {
  test(`the vault is locked at ${event}, unless that is switched off`, async ({ home, vault }) => {
    await keep(home, 'STRIPE_KEY')
    const { app, page } = vault
    await vault.row('STRIPE_KEY').waitFor()
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    const label = event === 'suspend' ? 'Lock before sleep' : 'Lock with the screen'
    await page.getByRole('checkbox', { name: label }).click()
    await expect(page.getByRole('checkbox', { name: label })).not.toBeChecked()
    await emit(app, event)
    await page.getByRole('checkbox', { name: label }).click()
    await expect(page.getByRole('checkbox', { name: label })).toBeChecked()
    await emit(app, event)
    await expect(heading(page)).toBeVisible()
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })
}

test('the tray locks, says nothing of what is kept then, and leads to the unlock', async ({
  home,
  vault
}) => {
  await keep(home, 'STRIPE_KEY')
  await vault.row('STRIPE_KEY').waitFor()
  await spy.click(vault.app, 'Lock')
  await expect(heading(vault.page)).toBeVisible()
  await expect.poll(() => spy.menu(vault.app)).toEqual(['Unlock…', '-', 'Quit'])
  expect(await spy.toolTip(vault.app)).toBe('Latchkey: locked')
})
