import { expect, type Locator } from '@playwright/test'
import type { GoTrueServer } from '../../test/support/gotrue-server.ts'
import { chosen, type Life } from './whole-life.ts'

const EMAIL = 'pia@example.test'

/** A sign-in at a project that is cancelled, refused, accepted, refreshed through trouble, and repeated. */
export async function signInAtProject(life: Life, project: GoTrueServer): Promise<void> {
  const { vault, canaries, look } = life
  canaries.push({ kind: 'client-secret', value: project.key })
  const password = chosen(life, 'password')
  project.addUser({ email: EMAIL, password })
  const abandoned = await fillForm(life, project, chosen(life, 'password'))
  await abandoned.getByRole('button', { name: 'Show Password' }).click()
  await abandoned.getByRole('button', { name: 'Cancel' }).click()
  await abandoned.waitFor({ state: 'hidden' })
  const refused = await fillForm(life, project, chosen(life, 'password'))
  await refused.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(refused.getByRole('alert')).toContainText('does not accept')
  await refused.getByRole('button', { name: 'Cancel' }).click()
  await refused.waitFor({ state: 'hidden' })
  await look()
  const dialog = await fillForm(life, project, password)
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(vault.row('Shop')).toContainText('Valid')
  await renewThroughTrouble(life, project)
  await signInAgain(life, project, password)
}

/** A token response that can not be used, a lost one, and one that ends the session. */
async function renewThroughTrouble(life: Life, project: GoTrueServer): Promise<void> {
  const { vault } = life
  const id = await vault.storageKey('Shop')
  const planted = { access_token: chosen(life, 'access-token'), refresh_token: chosen(life, 'refresh-token') }
  const words = { code: 400, error_code: planted.access_token, msg: planted.refresh_token, ...planted }
  const codes: string[] = []
  for (const trouble of [{ kind: 'answer', status: 400, body: words }, { kind: 'lose' }] as const) {
    project.disturb('/token', trouble)
    const result = await vault.page.evaluate((entry) => window.vault.refresh(entry), id)
    codes.push(result.ok ? 'renewed' : result.problem.code)
  }
  expect(codes).toEqual(['PROVIDER_REFUSED', 'renewed'])
  await vault.select('Shop')
  await vault.detail.getByRole('button', { name: 'Test now' }).click()
  await expect(vault.detail).toContainText('Works')
}

async function signInAgain({ vault, look }: Life, project: GoTrueServer, password: string): Promise<void> {
  project.sessions.endAll()
  await vault.page.evaluate((entry) => window.vault.refresh(entry), await vault.storageKey('Shop'))
  await expect(vault.row('Shop')).toContainText('Needs sign-in')
  await vault.detail.getByRole('button', { name: 'Sign in again' }).click()
  const dialog = vault.page.getByRole('dialog', { name: 'Sign in to Shop again' })
  await enter(dialog, 'Password', password)
  await enter(dialog, 'Publishable key', project.key)
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  await expect(vault.row('Shop')).toContainText('Valid')
  await look()
}

export async function signOutOfProject({ vault }: Life, project: GoTrueServer): Promise<void> {
  await vault.select('Shop')
  await vault.detail.getByRole('button', { name: 'Sign out…' }).click()
  await vault.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(vault.row('Shop')).toHaveCount(0)
  expect(project.sessions.count).toBe(0)
}

/** Fills the form as a person does: secrets are pasted from the clipboard. */
async function fillForm({ vault }: Life, project: GoTrueServer, password: string): Promise<Locator> {
  const dialog = await vault.openAdd('Provider')
  // Filters to this tile, so that no toast is over it.
  await dialog.getByRole('searchbox', { name: 'Search a service or paste a key' }).fill('Supabase')
  await dialog.getByText('Supabase Auth', { exact: true }).click()
  await dialog.getByLabel('Project address').fill(project.url)
  await enter(dialog, 'Publishable key', project.key)
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill(EMAIL)
  await enter(dialog, 'Password', password)
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Shop')
  return dialog
}

async function enter(dialog: Locator, label: string, text: string): Promise<void> {
  await dialog.getByRole('textbox', { name: label }).focus()
  await dialog.page().keyboard.insertText(text)
}
