import type { ElectronApplication, Page } from '@playwright/test'
import { expect, test } from './fixture.ts'
import type { VaultApp } from './support/vault-app.ts'

const scopes = ['openid', 'email']

/** Closes the page from itself, as the last page of some providers does. */
const closeItself = async (page: Page): Promise<void> =>
  await page.evaluate(() => void setTimeout(() => window.close()))

async function answers(redirectUri: string): Promise<boolean> {
  return await fetch(redirectUri).then(
    () => true,
    () => false
  )
}

async function cancelledQuietly(vault: VaultApp): Promise<void> {
  await expect.poll(() => vault.signIns()).toEqual([])
  await expect(vault.page.getByRole('dialog')).toHaveCount(0)
}

/** Notes the result of the sign-in page's address check for each step. */
async function checked(app: ElectronApplication, issuer: string): Promise<() => Promise<unknown[]>> {
  await app.evaluate(({ webContents }, start) => {
    const seen: unknown[] = []
    Object.assign(globalThis, { checkedSteps: seen })
    const contents = webContents.getAllWebContents().find((each) => each.getURL().startsWith(start))!
    contents.on('will-frame-navigate', (event) => seen.push([event.url, event.defaultPrevented]))
  }, issuer)
  return () => app.evaluate(() => (globalThis as unknown as { checkedSteps: unknown[] }).checkedSteps)
}

test('a provider’s page that closes itself cancels its sign-in, and the port is free', async ({
  provider,
  vault
}) => {
  const page = await vault.signInByIssuer(provider, 'Example ID', scopes)
  const redirect = await vault.redirectUri(page)
  await expect.poll(() => answers(redirect)).toBe(true)
  await page.getByLabel('Login').fill('ana')
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Allow' }).waitFor() // a page with a history
  await closeItself(page)
  await expect.poll(() => vault.app.windows().length).toBe(1)
  await expect.poll(() => answers(redirect)).toBe(false)
  await cancelledQuietly(vault)
  const again = await vault.signInByIssuer(provider, 'Example ID', scopes)
  await expect(again.getByLabel('Login')).toBeVisible()
})

test('a strip that is gone cancels its sign-in too', async ({ provider, vault }) => {
  await vault.signInByIssuer(provider, 'Example ID', scopes)
  await closeItself(await vault.strip())
  await expect.poll(() => vault.app.windows().length).toBe(1)
  await cancelledQuietly(vault)
})

test('a page that closed itself leaves the address check of another sign-in as it was', async ({
  provider,
  vault
}) => {
  const first = await vault.signInByIssuer(provider, 'Example ID', scopes)
  const { clientId, clientSecret } = provider.confidential
  const opened = vault.providerPage(provider.issuer)
  await vault.page.evaluate(
    async ({ issuer, clientId: id, clientSecret: secret }) => {
      const provider = { kind: 'issuer', issuer, name: 'Other ID', clientId: id } as const
      await window.vault.startSignIn({
        kind: 'new',
        provider,
        clientSecret: secret,
        account: null,
        scopes: ['openid']
      })
    },
    { issuer: provider.issuer, clientId, clientSecret }
  )
  const second = await opened
  await closeItself(first)
  await expect.poll(() => first.isClosed()).toBe(true)
  const steps = await checked(vault.app, provider.issuer)
  const outside = `${provider.issuer.replace('127.0.0.1', 'localhost')}/outside`
  await second.evaluate((url) => void (location.href = url), outside)
  await expect.poll(steps).toEqual([[outside, true]])
  expect(second.url()).toContain(provider.issuer)
  expect(provider.requests().filter((request) => request.includes('/outside'))).toEqual([])
})

test('the app quits with a sign-in window open', async ({ provider, vault }) => {
  await vault.signInByIssuer(provider, 'Example ID', scopes)
  const closed = vault.app.waitForEvent('close')
  await vault.app.evaluate(({ app }) => app.quit()).catch(() => undefined) // may end before the answer
  await closed
})
