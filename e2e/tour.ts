// The guided tour: the built app with its own provider, from the first start to the sign-out.
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { makeAuthority } from '../test/support/certificates.ts'
import { runCli } from '../test/support/run-cli.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../test/support/openid-provider.ts'
import { onHost } from './support/chosen-electron.ts'
import { type Launched, launchVault, newHome, removeHome } from './support/launch.ts'
import { VaultApp } from './support/vault-app.ts'

const folder = resolve(import.meta.dirname, '..', 'tour')
/** Lifetime of an access token, in seconds: short enough to await, long enough for a busy computer. */
const LIFE = 12
const columns = [4, 34, 58] as const

type Tour = { readonly vault: VaultApp; readonly provider: OpenIdProvider; readonly home: string }

function line(...cells: string[]): void {
  console.log(cells.map((cell, index) => cell.padEnd(columns[index] ?? 0)).join(' '))
}

let count = 0
/** Records one row of the table: the action, its result and its duration; and a picture. */
async function step(title: string, page: Page | null, work: () => Promise<string>): Promise<void> {
  count += 1
  const started = performance.now()
  const result = await work()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  line(String(count), title, result, `${seconds.padStart(5)} s`)
  if (page !== null && !page.isClosed()) await picture(page, title)
}

async function picture(page: Page, title: string): Promise<void> {
  const name = `${String(count).padStart(2, '0')}-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.png`
  await page.screenshot({ path: join(folder, name) })
}

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
    await vault.detail.getByRole('button', { name: 'Check now' }).click()
    await vault.detail.getByText('Works', { exact: true }).waitFor()
    return 'it worked'
  })
}

async function apiKey({ vault }: Tour): Promise<void> {
  await step('Add an API key', vault.page, async () => {
    await vault.addApiKey('ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ana')
    await vault.select('GitHub token')
    return 'recognised by its first letters, masked from now on'
  })
}

/** A program asks to use the key; the person allows it in the window; the answer comes without the key. */
async function useWithoutSeeing({ vault, home }: Tour): Promise<void> {
  const ca = makeAuthority('Latchkey Tour')
  const upstream = createServer(ca.issue({ name: 'localhost' }), (request, response) => {
    response.end(`{"login":"ana","your header":"${request.headers.authorization}"}`)
  }).listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const place = `localhost:${(upstream.address() as AddressInfo).port}`
  const authority = join(home, 'authority.pem')
  writeFileSync(authority, ca.cert, { mode: 0o600 })
  const network = { ca_file: authority, local_hosts: [place] }
  const policy = { version: 1, network, services: { 'github-token': { hosts: [place] } } }
  writeFileSync(join(home, 'policy.yaml'), JSON.stringify(policy), { mode: 0o600 })
  const env = { LATCHKEY_HOME: home }
  const asking = vault.app.waitForEvent('window')
  const words = ['request', 'github-token', `https://${place}/user`, '--reason', 'to greet you by name']
  const ended = runCli(words, env)
  let window: Page | null = null
  await step('A program asks for the key', null, async () => {
    window = await asking
    await expect(window.getByRole('button', { name: /^Allow/ })).toBeEnabled()
    await picture(window, 'A program asks for the key')
    return 'asked in a window on top, nothing sent so far'
  })
  await step('Allow it once', vault.page, async () => {
    await window!.getByRole('button', { name: /^Allow/ }).click()
    const { code, out } = await ended
    upstream.close()
    if (code !== 0 || !out.includes('[redacted]')) throw new Error('The request failed.')
    return 'answered; the key it was sent with is not in it'
  })
  await step('What was written down', null, async () => {
    const { out } = await runCli(['audit'], env)
    return out.split('\n').length > 2 ? 'a row before the use and one after' : 'nothing'
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
  for (const part of [firstStart, signIn, renewAndUse, apiKey, useWithoutSeeing, signOut]) {
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
  console.error(`\nThe tour stopped at step ${count}: ${String(error).split('\n')[0]}`)
  process.exitCode = 1
} finally {
  await launched.app.close()
  await provider.close()
  await removeHome(home)
}
