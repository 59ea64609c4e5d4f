import type { Locator } from '@playwright/test'
import { type GoTrueServer, startGoTrue } from '../test/support/gotrue-server.ts'
import { test as base, expect } from './fixture.ts'
import type { VaultApp } from './support/vault-app.ts'

const ANA = { email: 'ana@example.test', password: 'correct horse battery staple' }

const test = base.extend<{ readonly project: GoTrueServer }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  project: async ({}, use) => {
    const project = await startGoTrue({ reuseSeconds: 0 })
    project.addUser(ANA)
    await use(project)
    await project.close()
  }
})

async function fillForm(vault: VaultApp, project: GoTrueServer, password: string): Promise<Locator> {
  const dialog = await vault.openAdd('Provider')
  await dialog.getByRole('button', { name: /^Supabase Auth/ }).click()
  await dialog.getByLabel('Project address').fill(project.url)
  await dialog.getByLabel('Publishable key').fill(project.key)
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill(ANA.email)
  await dialog.getByLabel('Password', { exact: true }).fill(password)
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Shop')
  return dialog
}

async function signIn(vault: VaultApp, project: GoTrueServer): Promise<void> {
  const dialog = await fillForm(vault, project, ANA.password)
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  await expect(vault.row('Shop')).toContainText('Valid')
}

test('a Supabase project is signed in to by mouse, after a wrong password, and renewed', async ({
  project,
  vault
}) => {
  const dialog = await fillForm(vault, project, 'wrong')
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('does not accept this e-mail address')
  const field = dialog.getByLabel('Password', { exact: true })
  await expect(field).toHaveValue('')
  await field.fill(ANA.password)
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(vault.page.getByText('Signed in to Shop').first()).toBeVisible()
  await expect(vault.row('Shop')).toContainText(ANA.email)
  await vault.row('Shop').getByRole('button', { name: 'Refresh' }).click()
  await expect(vault.page.getByText('Shop refreshed').first()).toBeVisible()
  expect(project.requests.map(({ at }) => at.replace('POST /auth/v1', ''))).toEqual([
    '/token?grant_type=password',
    '/token?grant_type=password',
    '/token?grant_type=refresh_token'
  ])
})

test('another person’s sign-in asks what to do with it, and signing out ends it at the project', async ({
  project,
  vault
}) => {
  project.addUser({ email: 'bob@example.test', password: 'pw of bob' })
  await signIn(vault, project)
  await vault.select('Shop')
  await vault.row('Shop').getByRole('button', { name: 'More actions' }).click()
  await vault.page.getByRole('menuitem', { name: 'Sign in again' }).click()
  const dialog = vault.page.getByRole('dialog', { name: 'Sign in to Shop again' })
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('bob@example.test')
  await dialog.getByLabel('Password', { exact: true }).fill('pw of bob')
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  const question = vault.page.getByRole('dialog', { name: 'Signing in to Shop' })
  await expect(question.getByRole('alert')).toContainText('bob@example.test')
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(() => project.sessions.count).toBe(1)
  await expect(vault.row('ana@example.test')).toContainText('Valid')
  await vault.detail.getByRole('button', { name: 'Sign out…' }).click()
  await vault.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(vault.page.getByText('The provider revoked the token.').first()).toBeVisible()
  expect(project.sessions.count).toBe(0)
})
