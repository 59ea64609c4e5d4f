// The guided tour: the built app with its own provider, from the first start to the sign-out, with a command, git and an agent between them.
import { mkdirSync, rmSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import { type OpenIdProvider, startOpenIdProvider } from '../test/support/openid-provider.ts'
import { onHost } from './support/chosen-electron.ts'
import { type Launched, launchVault, newHome, removeHome } from './support/launch.ts'
import { VaultApp } from './support/vault-app.ts'
import { folder, line, picture, step, stepCount, type Tour } from './tour/steps.ts'
import { KEY, useByPrograms } from './tour/use.ts'

/** Lifetime of an access token, in seconds: short enough to await, long enough for a busy computer. */
const LIFE = 12

async function firstStart({ vault }: Tour): Promise<void> {
  await step('First start', vault.page, async () => {
    const snapshot = await vault.page.evaluate(() => window.vault.getSnapshot())
    if (!snapshot.ok) throw new Error(snapshot.problem.message)
    const { state, label } = snapshot.value.storage
    if (state === 'healthy') return `secrets will be kept in: ${label}`
    await vault.allowEncryptedFiles()
    return 'no keychain answers; with consent: encrypted files'
  })
}

async function signIn({ vault, provider }: Tour): Promise<void> {
  let page: Page | null = null
  await step('Add a provider by its issuer', null, async () => {
    await vault.fillCustomProvider(provider, 'Example ID', [
      'openid',
      'offline_access',
      'email',
      'registry:read'
    ])
    await picture(vault.page, 'Add a provider by its issuer')
    const opened = vault.providerPage(provider.issuer)
    await vault.page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
    page = await opened
    return 'discovered, checked; sign-in window open'
  })
  await step('Sign in as ana', vault.page, async () => {
    await page!.getByLabel('Login').fill('ana')
    await page!.getByLabel('Password').fill('correct horse')
    await picture(page!, 'The provider’s page')
    await page!.getByRole('button', { name: 'Sign in' }).click()
    await page!.getByRole('button', { name: 'Allow' }).click()
    await vault.row('Example ID').waitFor()
    await vault.select('Example ID')
    return 'code redeemed with PKCE, tokens stored, listed'
  })
}

async function renewAndUse({ vault, provider }: Tour): Promise<void> {
  const tokens = (): number => provider.issued().filter(({ kind }) => kind === 'access-token').length
  await step(`Let the ${LIFE} s token near its end`, vault.page, async () => {
    const before = tokens()
    await expect.poll(tokens, { timeout: 60_000 }).toBeGreaterThan(before)
    return `renewed by itself, ${tokens()} access tokens so far`
  })
  await step('Use it: one request', vault.page, async () => {
    await vault.detail.getByRole('button', { name: 'Test now' }).click()
    await vault.detail.getByText('Works', { exact: true }).waitFor()
    return 'it worked'
  })
}

async function apiKey({ vault }: Tour): Promise<void> {
  await step('Add an API key', vault.page, async () => {
    await vault.addApiKey(KEY, 'ana')
    await vault.select('GitHub token')
    return 'recognised by its first letters, masked from now on'
  })
}

async function signOut({ vault, provider }: Tour): Promise<void> {
  await step('Sign out', vault.page, async () => {
    await vault.select('Example ID')
    await vault.detail.getByRole('button', { name: 'Sign out…' }).click()
    await vault.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
    await vault.page.getByText('The provider revoked the token.').first().waitFor()
    const asked = provider.requests().filter((request) => request.endsWith('/revocation')).length
    return `revoked at the provider (${asked} request${asked === 1 ? '' : 's'}), removed here`
  })
}

async function tour(launched: Launched, provider: OpenIdProvider): Promise<void> {
  const vault = new VaultApp(launched.app, launched.page)
  const { home } = launched
  for (const part of [firstStart, signIn, renewAndUse, apiKey, useByPrograms, signOut]) {
    await part({ vault, provider, home })
  }
}

try {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
} catch {
  console.error(`The pictures can not be written to ${folder}. Remove it, or run the tour as its owner.`)
  process.exit(1)
}
console.log(
  `Latchkey, a guided tour (${onHost ? 'in Chromium through the stand-in for Electron' : 'in Electron'})\n`
)
line('', 'What', 'Result', '  Time')
const home = newHome()
const provider = await startOpenIdProvider({ accessTtl: LIFE })
const launched = await launchVault({ home })
try {
  await tour(launched, provider)
  console.log('\nPictures of each step are in tour/.')
} catch (error) {
  console.error(`\nThe tour stopped at step ${stepCount()}: ${String(error).split('\n')[0]}`)
  process.exitCode = 1
} finally {
  await launched.app.close()
  await provider.close()
  await removeHome(home)
}
