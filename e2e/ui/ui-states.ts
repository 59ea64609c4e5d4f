import { expect, type Page } from '@playwright/test'
import { activityStates } from './activity-states.ts'
import { clientStates } from './client-states.ts'
import { atName, row } from './list-row.ts'
import { paste } from './paste.ts'
import { relayStates } from './relay-states.ts'
import { signInStates } from './sign-in-states.ts'
import { storesStates } from './stores-states.ts'
import { transferStates } from './transfer-states.ts'
import type { OpenOptions } from './ui-page.ts'

/** A state of the window: the options to open it and the steps to reach it. */
export type UiState = {
  readonly name: string
  readonly options?: OpenOptions
  readonly reach?: (page: Page) => Promise<void>
}

const press = (name: string) => async (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click()
const dialog = (page: Page) => page.getByRole('dialog')

async function openAdd(page: Page, tab: string): Promise<void> {
  await press('Add')(page)
  await dialog(page).getByRole('tab', { name: tab }).click()
}

async function fillKey(page: Page, account: string): Promise<void> {
  await openAdd(page, 'API key')
  await dialog(page).getByLabel('Key', { exact: true }).fill('sk-not-a-real-key-0000')
  await dialog(page).getByLabel('Account').fill(account)
  await dialog(page).getByLabel('Expires').fill('2027-02-14')
}

async function discover(page: Page, issuer: string): Promise<void> {
  await openAdd(page, 'Custom OpenID / OAuth')
  await dialog(page).getByLabel('Issuer URL').fill(issuer)
  await dialog(page).getByRole('button', { name: 'Check server' }).click()
  await dialog(page).getByText('What the server says').waitFor()
}

async function askMcpServer(page: Page, address: string): Promise<void> {
  await openAdd(page, 'MCP server')
  await dialog(page).getByLabel('Server address').fill(address)
  await dialog(page).getByRole('button', { name: 'Check server' }).click()
  await dialog(page)
    .getByText(/What the server says|PROVIDER_UNREACHABLE/)
    .waitFor()
}

async function select(page: Page, name: RegExp): Promise<void> {
  await row(page, name).dblclick(atName)
}

type RotationStage = 'key' | 'tested' | 'refused' | 'waiting' | 'done' | 'switched'

function rotate(stage: RotationStage) {
  return async (page: Page) => {
    // Selecting scrolls the last rows into view, so a second click would hit another row.
    await row(page, /^OpenAI/).click(atName)
    await page.keyboard.press('Enter')
    await press('Rotate key…')(page)
    if (stage === 'key') return
    await dialog(page)
      .getByLabel('New key', { exact: true })
      .fill(stage === 'refused' ? 'sk-wrong-key-0000' : 'sk-not-a-real-key-0000')
    await dialog(page).getByRole('button', { name: 'Store new key' }).click()
    await dialog(page).getByRole('button', { name: 'Test new key' }).waitFor()
    if (stage === 'waiting') return page.keyboard.press('Escape')
    await dialog(page).getByRole('button', { name: 'Test new key' }).click()
    await dialog(page).getByText('api.openai.com').waitFor()
    if (stage === 'tested' || stage === 'refused') return
    await dialog(page).getByRole('button', { name: 'Switch to new key' }).click()
    await dialog(page).getByRole('button', { name: 'Done' }).waitFor()
    if (stage === 'switched') await page.keyboard.press('Escape')
  }
}

export const uiStates: readonly UiState[] = [
  { name: 'main' },
  { name: 'main-compact', options: { density: 'compact' } },
  { name: 'main-hover', reach: async (page) => row(page, /^Google/).hover() },
  {
    name: 'attention',
    reach: async (page) => page.getByRole('button', { name: /^Needs attention/ }).click()
  },
  {
    name: 'search',
    reach: async (page) =>
      page.getByRole('searchbox', { name: 'Search' }).fill('scope:openid status:valid goo')
  },
  { name: 'no-match', reach: async (page) => page.getByRole('searchbox', { name: 'Search' }).fill('zebra') },
  { name: 'palette', reach: openPalette },
  {
    name: 'renaming',
    reach: async (page) => {
      await row(page, /^Linear/).click(atName)
      await page.keyboard.press('s')
      await page.getByText('Favourites').waitFor()
      await page.keyboard.press('F2')
      await page.getByRole('textbox', { name: 'Name of Linear' }).waitFor()
    }
  },
  {
    name: 'labels',
    reach: async (page) => {
      await select(page, /^Linear/)
      const detail = page.locator('[data-pane=detail]')
      await detail.getByLabel('Tags').fill('work roadmap')
      await page.keyboard.press('Enter')
      await detail.getByLabel('Note').fill('For the roadmap\nof spring')
      await detail.getByLabel('Tags').focus()
      await page.getByRole('button', { name: 'Remove tag roadmap' }).waitFor()
      await detail.getByLabel('Note').scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'palette-words',
    reach: async (page) => {
      await openPalette(page)
      await page.keyboard.type('go')
    }
  },
  {
    name: 'palette-actions',
    reach: async (page) => {
      await openPalette(page)
      await page.keyboard.type('npm')
      await page.keyboard.press('Tab')
    }
  },
  {
    name: 'palette-none',
    reach: async (page) => {
      await openPalette(page)
      await page.keyboard.type('zebra')
    }
  },
  {
    name: 'palette-key',
    reach: async (page) => {
      await openPalette(page)
      await paste(page, 'sk-not-a-real-key-0000')
    }
  },
  {
    name: 'add-no-match',
    reach: async (page) => {
      await openOneField(page)
      await page.keyboard.type('zebra')
    }
  },
  {
    name: 'add-key-pasted',
    reach: async (page) => {
      await openOneField(page)
      await paste(page, 'sk-not-a-real-key-0000')
    }
  },
  {
    name: 'add-discard',
    reach: async (page) => {
      await openOneField(page)
      await paste(page, 'sk-not-a-real-key-0000')
      await dialog(page).getByLabel('Account').fill('work')
      await page.keyboard.press('Escape')
    }
  },
  {
    name: 'search-offer',
    reach: async (page) => {
      await page.keyboard.press('/')
      await page.getByRole('group', { name: 'Filters' }).waitFor()
    }
  },
  {
    name: 'search-marked',
    reach: async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('git ana')
      await page.locator('mark').first().waitFor()
    }
  },
  { name: 'sort-menu', reach: async (page) => page.getByRole('button', { name: /^Sort by/ }).click() },
  {
    name: 'row-menu',
    reach: async (page) => {
      await row(page, /^Keycloak/).click(atName)
      await row(page, /^Keycloak/)
        .getByRole('button', { name: 'More actions' })
        .click()
    }
  },
  { name: 'detail-needs-sign-in', reach: async (page) => select(page, /^GitHub/) },
  { name: 'detail-valid', reach: async (page) => select(page, /^Google/) },
  { name: 'detail-key', reach: async (page) => select(page, /^npm/) },
  { name: 'detail-unreadable', reach: async (page) => select(page, /^Stripe/) },
  { name: 'detail-failing', reach: async (page) => select(page, /^Keycloak/) },
  { name: 'detail-locked', reach: async (page) => select(page, /^Sentry/) },
  {
    name: 'detail-checked',
    reach: async (page) => {
      await select(page, /^Linear/)
      await page.getByRole('button', { name: 'Test now' }).click()
      await page.getByText('The provider answered 200.').scrollIntoViewIfNeeded()
    }
  },
  { name: 'thousand', options: { seed: 'thousand' } },
  { name: 'empty', options: { seed: 'empty' } },
  { name: 'error', options: { seed: 'error' } },
  { name: 'loading', options: { delay: 60_000 }, reach: async (page) => page.waitForTimeout(300) },
  { name: 'locked', options: { seed: 'locked' } },
  { name: 'degraded', options: { seed: 'degraded' } },
  { name: 'unavailable', options: { seed: 'unavailable' } },
  { name: 'settings', reach: press('Settings') },
  {
    name: 'settings-no-tray',
    options: { seed: 'no-tray' },
    reach: async (page) => {
      await press('Settings')(page)
      await dialog(page).getByText('Minimizes it').scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'settings-browser-for',
    options: { browserFor: ['github', 'sso.example.net'] },
    reach: press('Settings')
  },
  { name: 'storage', reach: async (page) => page.getByRole('button', { name: /GNOME Keyring/ }).click() },
  {
    name: 'storage-degraded',
    options: { seed: 'degraded' },
    reach: async (page) => page.getByRole('button', { name: 'Details' }).click()
  },
  { name: 'shortcuts', reach: press('Keyboard shortcuts') },
  {
    name: 'removed',
    reach: async (page) => {
      await row(page, /^Linear/).click(atName)
      await page.keyboard.press('Delete')
    }
  },
  {
    name: 'timeline',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Timeline' }).click()
      await page.getByRole('table').waitFor()
    }
  },
  {
    name: 'timeline-many',
    options: { seed: 'thousand' },
    reach: async (page) => {
      await page.getByRole('button', { name: 'Timeline' }).click()
      await page.getByRole('table').waitFor()
    }
  },
  {
    name: 'fix-run',
    reach: async (page) => {
      await page.locator('[data-row]:focus').press('Shift+F')
      await page.getByRole('dialog', { name: 'Fix 1 of 5' }).waitFor()
    }
  },
  {
    name: 'fix-run-end',
    reach: async (page) => {
      await page.locator('[data-row]:focus').press('Shift+F')
      for (let at = 1; at <= 5; at += 1) {
        await page
          .getByRole('dialog', { name: `Fix ${at} of 5` })
          .locator('[data-first]:focus')
          .waitFor()
        await page.keyboard.press('ArrowRight')
      }
    }
  },
  {
    name: 'several',
    reach: async (page) => {
      await page.locator('[data-row]:focus').press('Shift+ArrowDown')
      await page.keyboard.press('Shift+ArrowDown')
    }
  },
  {
    name: 'several-tag',
    reach: async (page) => {
      await page.locator('[data-row]:focus').press('Control+a')
      await page.getByRole('button', { name: 'Tag…' }).click()
    }
  },
  {
    name: 'confirm-remove',
    reach: async (page) => {
      await page.locator('[data-row]:focus').press('Control+a')
      await page.keyboard.press('Delete')
    }
  },
  {
    name: 'confirm-sign-out',
    reach: async (page) => {
      await select(page, /^Linear/)
      await page.getByRole('button', { name: 'Sign out…' }).click()
    }
  },
  { name: 'add-provider', reach: press('Add') },
  {
    name: 'add-provider-chosen',
    reach: async (page) => {
      await press('Add')(page)
      await dialog(page)
        .getByRole('button', { name: /^GitLab/ })
        .first()
        .click()
    }
  },
  {
    name: 'add-provider-long-scope',
    reach: async (page) => {
      await press('Add')(page)
      await dialog(page)
        .getByRole('button', { name: /^Dropbox/ })
        .click()
      await dialog(page)
        .getByText(/^Scopes: /)
        .click()
    }
  },
  {
    name: 'add-provider-again',
    reach: async (page) => {
      await press('Add')(page)
      await dialog(page)
        .getByRole('button', { name: /^GitHub Sign-in/ })
        .click()
      await dialog(page).getByText('Uses the client ID of').waitFor()
    }
  },
  {
    name: 'add-provider-guide',
    reach: async (page) => {
      await press('Add')(page)
      await dialog(page)
        .getByRole('button', { name: /^GitHub Sign-in/ })
        .click()
      await dialog(page).getByRole('button', { name: 'Use another client ID' }).click()
      await dialog(page).getByRole('button', { name: 'Copy redirect URI' }).scrollIntoViewIfNeeded()
    }
  },
  { name: 'add-key', reach: async (page) => openAdd(page, 'API key') },
  { name: 'add-key-filled', reach: async (page) => fillKey(page, 'Acme production') },
  {
    name: 'add-key-errors',
    reach: async (page) => {
      await openAdd(page, 'API key')
      await dialog(page).getByRole('button', { name: 'Save key' }).click()
    }
  },
  {
    name: 'add-key-replace',
    reach: async (page) => {
      await fillKey(page, 'Acme staging')
      await dialog(page).getByRole('button', { name: 'Save key' }).click()
      await page.getByRole('alertdialog').waitFor()
    }
  },
  {
    name: 'replace-key',
    reach: async (page) => {
      await select(page, /^npm/)
      await page.locator('[data-fix]').click()
    }
  },
  { name: 'rotate-key', reach: rotate('key') },
  { name: 'rotate-tested', reach: rotate('tested') },
  { name: 'rotate-refused', reach: rotate('refused') },
  { name: 'rotate-done', reach: rotate('done') },
  { name: 'detail-key-waiting', reach: rotate('waiting') },
  { name: 'detail-key-switched', reach: rotate('switched') },
  { name: 'add-custom', reach: async (page) => openAdd(page, 'Custom OpenID / OAuth') },
  {
    name: 'add-custom-servers',
    reach: async (page) => {
      await openAdd(page, 'Custom OpenID / OAuth')
      await dialog(page).getByText('Auth0, Okta, Keycloak').click()
    }
  },
  { name: 'add-custom-found', reach: async (page) => discover(page, 'https://sso.example.net/realms/main') },
  { name: 'add-mcp', reach: async (page) => openAdd(page, 'MCP server') },
  { name: 'add-mcp-found', reach: async (page) => askMcpServer(page, 'https://mcp.example.net/mcp') },
  { name: 'add-mcp-closed', reach: async (page) => askMcpServer(page, 'https://closed.example.net/mcp') },
  {
    name: 'add-mcp-neighbour',
    reach: async (page) => askMcpServer(page, 'https://neighbour.example.net/mcp')
  },
  { name: 'add-mcp-older', reach: async (page) => askMcpServer(page, 'https://older.example.net/mcp') },
  {
    name: 'add-mcp-unreachable',
    reach: async (page) => askMcpServer(page, 'https://unreachable.example.net/mcp')
  },
  { name: 'add-custom-refused', reach: async (page) => discover(page, 'https://bad.example.net') },
  {
    name: 'scopes-changed',
    reach: async (page) => {
      await select(page, /^GitHub/)
      await press('Change scopes…')(page)
      await dialog(page).getByRole('textbox', { name: 'Scopes' }).fill('user:email')
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('button', { name: 'Remove gist' }).click()
    }
  },
  {
    name: 'toast',
    reach: async (page) => {
      await row(page, /^Linear/).click(atName)
      await page.keyboard.press('c')
      await page.getByText('Linear: copied').waitFor()
    }
  },
  {
    name: 'toast-failed',
    reach: async (page) => {
      await page.evaluate(() => globalThis.fakes.vault.failNext('refresh', 'REFRESH_UNREACHABLE'))
      await row(page, /^Google/).click(atName)
      await page.keyboard.press('r')
      await page.getByText('REFRESH_UNREACHABLE').first().waitFor()
    }
  },
  ...signInStates,
  ...activityStates,
  ...clientStates,
  ...relayStates,
  ...storesStates,
  ...transferStates
]

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search, or paste a key or an address' }).waitFor()
}

async function openOneField(page: Page): Promise<void> {
  await page.keyboard.press('Control+n')
  await expect(dialog(page).getByRole('searchbox')).toBeFocused()
}
