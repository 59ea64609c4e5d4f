import { expect, test } from '@playwright/test'
import { newCanary } from '../../test/support/canary-scan.ts'
import { paste } from '../ui/paste.ts'
import { endWorld, launchWatched, newWorld } from './watched-vault.ts'

test.use({ trace: 'off' })
test.setTimeout(240_000)

test('a key that is pasted goes to the vault and stays nowhere in the window, used or not', async () => {
  const world = newWorld()
  const [used, left, discarded] = [newCanary('api-key'), newCanary('api-key'), newCanary('api-key')]
  try {
    const watched = await launchWatched(world)
    const { page } = watched.vault
    const field = page.getByRole('combobox', { name: 'Search, or paste a key or an address' })
    const add = page.getByRole('dialog', { name: 'Add a credential' })
    await page.getByRole('heading', { name: 'Keep your sign-ins in one place' }).waitFor()

    await page.keyboard.press('Control+k')
    await expect(field).toBeFocused()
    await paste(page, left.value)
    await expect(page.getByRole('option')).toHaveCount(1)
    await page.keyboard.press('Escape')
    await expect(field).toHaveCount(0)

    await page.keyboard.press('Control+n')
    await expect(add.getByRole('searchbox')).toBeFocused()
    await paste(page, discarded.value)
    await expect(add.getByLabel('Key', { exact: true })).toHaveValue(discarded.value)
    await add.getByRole('button', { name: 'Cancel' }).click()
    await expect(add).toHaveCount(0)

    await page.keyboard.press('Control+n')
    await expect(add.getByRole('searchbox')).toBeFocused()
    await paste(page, used.value)
    await add.getByLabel('Service name').fill('Mine')
    await page.keyboard.press('Enter')
    await expect(watched.vault.row('Mine')).toBeVisible()
    await watched.look()

    const places = (canary: typeof used): string[] => [
      ...new Set(world.evidence.search([canary]).map(({ channel, where }) => `${channel}: ${where}`))
    ]
    expect(places(used)).toEqual(['ipc: to main latchkey:request:addApiKey'])
    expect(places(left)).toEqual([])
    expect(places(discarded)).toEqual([])
  } finally {
    await endWorld(world)
  }
})
