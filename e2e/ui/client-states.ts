import type { Page } from '@playwright/test'
import type { CredentialSummary } from '#shared/credential.ts'
import { giveFirst } from './ui-fixture.ts'
import type { UiState } from './ui-states.ts'

const since = '2026-11-20T12:00:00.000Z'
const refused = { kind: 'refresh-failing', code: 'CLIENT_REFUSED', nextTryAt: null } as const
const dialog = (page: Page) => page.getByRole('dialog')

function given(change: Partial<CredentialSummary>) {
  return async (page: Page): Promise<void> => {
    await giveFirst(page, change)
    await page.keyboard.press('Enter')
  }
}

async function openClient(page: Page, change: Partial<CredentialSummary>): Promise<void> {
  await giveFirst(page, change)
  await page.getByRole('main').getByRole('button', { name: 'Change client…' }).first().click()
  await dialog(page).getByLabel('Client ID').waitFor()
}

const mcp = {
  service: 'mcp.example.net',
  name: 'MCP of Example',
  issuer: 'https://sso.example.net',
  resource: 'https://mcp.example.net/projects/a-rather-long-name/mcp',
  surface: 'window',
  clientId: 'c1f3a7b0-registered-by-the-server-itself-4d2e'
} as const

async function openPassword(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  await dialog(page)
    .getByRole('button', { name: /^Supabase Auth/ })
    .click()
}

/** Troubles of a sign-in's client, consent or password, and the dialogs that repair them. */
export const clientStates: readonly UiState[] = [
  { name: 'client-refused', reach: async (page) => openClient(page, { status: refused }) },
  {
    name: 'client-other-id',
    reach: async (page) => {
      await openClient(page, { status: { kind: 'needs-sign-in', code: 'CLIENT_CHANGED', since } })
      await dialog(page).getByLabel('Client ID').fill('another-client')
    }
  },
  { name: 'client-registered', reach: async (page) => openClient(page, { ...mcp, status: refused }) },
  {
    name: 'client-not-saved',
    reach: async (page) => {
      await openClient(page, { status: refused })
      await page.evaluate(() => globalThis.fakes.vault.failNext('changeClient', 'STORE_WRITE_FAILED'))
      await dialog(page).getByLabel('Client ID').fill('another-client')
      await dialog(page).getByRole('button', { name: 'Save', exact: true }).click()
      await dialog(page).getByRole('alert').waitFor()
    }
  },
  {
    name: 'detail-rotation-lost',
    reach: given({ status: { kind: 'needs-sign-in', code: 'ROTATION_LOST', since } })
  },
  {
    name: 'detail-more-access',
    reach: given({
      ...mcp,
      scopes: ['tools:read'],
      missingScopes: ['tools:write'],
      status: { kind: 'needs-sign-in', code: 'SCOPE_MISSING', since }
    })
  },
  {
    name: 'detail-consent',
    reach: given({ status: { kind: 'needs-sign-in', code: 'CONSENT_REQUIRED', since } })
  },
  {
    name: 'detail-certificate',
    reach: given({
      status: { kind: 'refresh-failing', code: 'CERTIFICATE_REFUSED', nextTryAt: '2026-11-21T11:42:00.000Z' }
    })
  },
  {
    name: 'detail-mcp',
    reach: async (page) => {
      await given(mcp)(page)
      await page.getByText('Tokens for').scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'clock',
    reach: async (page) => {
      const skew = { minutesAhead: 12, host: 'sso.example.net' }
      await page.evaluate((skew) => globalThis.fakes.vault.emit('clockChanged', skew), skew)
      await page.getByText('Your clock is').waitFor()
    }
  },
  { name: 'password', reach: openPassword },
  {
    name: 'password-refused',
    reach: async (page) => {
      await openPassword(page)
      await dialog(page).getByLabel('Project address').fill('https://abcdefgh.supabase.co')
      await dialog(page).getByLabel('Publishable key').fill('sb_publishable_made_up')
      await dialog(page).getByRole('textbox', { name: 'E-mail' }).fill('ana@example.test')
      await dialog(page).getByLabel('Password', { exact: true }).fill('wrong')
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('alert').waitFor()
    }
  },
  {
    name: 'password-again-refused',
    reach: async (page) => {
      const account = 'ana@example.test'
      const status = { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since } as const
      await giveFirst(page, { status, account, signsInBy: 'password', clientId: null })
      await page.getByRole('main').getByRole('button', { name: 'Sign in again' }).first().click()
      await dialog(page).getByLabel('Password', { exact: true }).fill('wrong')
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('alert').waitFor()
    }
  }
]
