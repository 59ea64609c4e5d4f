import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { expect, test } from './fixture.ts'
import type { VaultApp } from './support/vault-app.ts'

const scopes = ['openid', 'email']
const UNEXPECTED = 'Not where this sign-in began'

/** A foreign server: `/hop?to=…` redirects, every other path is a page of its own. */
let stranger: Server
let strange = ''
test.beforeEach(async () => {
  stranger = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', strange)
    if (pathname === '/hop') response.writeHead(302, { location: searchParams.get('to') ?? '/' }).end()
    else
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Sign in</title><p>Password?</p>')
  })
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  strange = `http://127.0.0.1:${String((stranger.address() as AddressInfo).port)}`
})
test.afterEach(() => void stranger.close())

async function strangerIsNamed(vault: VaultApp): Promise<void> {
  const strip = await vault.strip()
  await expect(strip.getByText(UNEXPECTED)).toBeVisible()
  await expect(strip.getByText(new URL(strange).host)).toBeVisible()
}

const ways: readonly (readonly [string, (page: Page, url: string) => Promise<void>])[] = [
  [
    'by a step of its own',
    (page, url) => page.evaluate((to) => void setTimeout(() => (location.href = to)), url)
  ],
  ['by a window', (page, url) => page.evaluate((to) => void setTimeout(() => window.open(to)), url)]
]
test('a page that sends the person to a stranger is told of, whatever the way', async ({
  provider,
  vault
}) => {
  for (const [way, go] of ways) {
    for (const hop of [false, true]) {
      await test.step(`${way}${hop ? ' and one hop' : ''}`, async () => {
        const page = await vault.signInByIssuer(provider, 'Example ID', scopes)
        await page.getByLabel('Login').waitFor()
        await expect((await vault.strip()).getByText(UNEXPECTED)).toHaveCount(0)
        await go(
          page,
          hop ? `${strange}/hop?to=${encodeURIComponent(`${strange}/login`)}` : `${strange}/login`
        )
        await expect(page.getByText('Password?')).toBeVisible()
        await strangerIsNamed(vault)
        await (await vault.strip()).getByRole('button', { name: 'Cancel' }).click()
        await expect.poll(() => vault.app.windows().length).toBe(1)
      })
    }
  }
})

test('a page that opens many windows stays, goes on, and can be cancelled', async ({ provider, vault }) => {
  const page = await vault.signInByIssuer(provider, 'Example ID', scopes)
  await page.getByLabel('Login').waitFor()
  await page.evaluate((to) => {
    setTimeout(() => {
      for (let n = 0; n < 10; n += 1) window.open(`${to}/login?n=${String(n)}`)
    })
  }, strange)
  await expect(page.getByText('Password?')).toBeVisible()
  await strangerIsNamed(vault)
  const strip = await vault.strip()
  await strip.getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(() => vault.app.windows().length).toBe(1)
  await expect.poll(() => vault.signIns()).toEqual([])
})
