import type { Page } from '@playwright/test'
import { atName, row } from './list-row.ts'
import type { UiState } from './ui-states.ts'

/** The field of the local address in the detail of a credential. */
export const relayOf = (page: Page) =>
  page.locator('section section').filter({ has: page.getByRole('heading', { name: /^Local address/ }) })

/** Shows the detail of an entry with the field in sight. */
export async function showRelay(page: Page, name: RegExp): Promise<void> {
  await row(page, name).click(atName)
  await page.keyboard.press('Enter')
  await relayOf(page).scrollIntoViewIfNeeded()
}

/** Opens the address of an entry. */
export async function openRelay(page: Page, name: RegExp): Promise<void> {
  await showRelay(page, name)
  await relayOf(page).getByRole('button', { name: 'Open' }).click()
  await relayOf(page).getByRole('button', { name: 'Copy address' }).scrollIntoViewIfNeeded()
}

const shows = (name: RegExp) => async (page: Page) => showRelay(page, name)

export const relayStates: readonly UiState[] = [
  { name: 'relay-closed', reach: shows(/^Linear/) },
  { name: 'relay-hosts', reach: shows(/^Google/) },
  { name: 'relay-open', reach: async (page) => openRelay(page, /^OpenAI/) },
  {
    name: 'relay-in-activity',
    options: { seed: 'activity' },
    reach: async (page) => {
      await openRelay(page, /^OpenAI/)
      await page.getByRole('button', { name: 'Activity', exact: true }).click()
      await page.getByRole('tab', { name: /^Allowed now/ }).click()
      await page.getByRole('list', { name: 'Open addresses' }).waitFor()
    }
  },
  { name: 'relay-no-host', reach: shows(/^Keycloak/) },
  { name: 'relay-sign-in', reach: shows(/^GitHub/) },
  { name: 'relay-locked', reach: shows(/^Sentry/) },
  {
    name: 'relay-refused',
    reach: async (page) => {
      await showRelay(page, /^Linear/)
      await page.evaluate(() => globalThis.fakes.vault.failNext('openRelay', 'STORE_WRITE_FAILED'))
      await relayOf(page).getByRole('button', { name: 'Open' }).click()
      await relayOf(page).getByRole('alert').scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'relay-policy',
    reach: async (page) => {
      await page.evaluate(() => globalThis.fakes.vault.failNext('getRelay', 'CONFIG_INVALID'))
      await showRelay(page, /^Slack/)
      await relayOf(page).getByRole('alert').scrollIntoViewIfNeeded()
    }
  }
]
