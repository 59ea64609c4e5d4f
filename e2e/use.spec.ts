import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { makeAuthority } from '../test/support/certificates.ts'
import { startUpstream, type Upstream } from '../test/integration/broker/sender-world.ts'
import { runCli } from '../test/support/run-cli.ts'
import { expect, test } from './fixture.ts'
import { launchVault } from './support/launch.ts'
import { spy } from './support/vault-app.ts'

const KEY = 'sk_test_0123456789abcdefghijklmn'

let upstream: Upstream
test.beforeAll(async () => {
  const authority = makeAuthority('Latchkey Window Authority')
  upstream = await startUpstream(
    (request, response) => {
      response.end(`hello, ${request.headers.authorization ?? 'nobody'}`)
    },
    authority.issue({ name: 'localhost' })
  )
  writeAuthority = (path) => writeFileSync(path, authority.cert)
})
test.afterAll(() => upstream.close())

let writeAuthority: (path: string) => void

/** Starts the app on a home whose policy leads the key of Stripe to the server of the test. */
async function open(home: string): Promise<{ readonly app: ElectronApplication; readonly page: Page }> {
  const authority = join(home, 'authority.pem')
  writeAuthority(authority)
  const place = `localhost:${upstream.port}`
  const policy = {
    version: 1,
    network: { ca_file: authority, local_hosts: [place] },
    services: { stripe: { hosts: [place] } }
  }
  writeFileSync(join(home, 'policy.yaml'), JSON.stringify(policy), { mode: 0o600 })
  const { app, page } = await launchVault({ home })
  const added = await page.evaluate(async (key) => {
    const request = {
      service: 'stripe',
      name: 'Stripe',
      account: 'acme',
      key,
      allowedHosts: ['api.stripe.com']
    }
    return await window.vault.addApiKey({ ...request, expiresAt: null, replace: false })
  }, KEY)
  expect(added.ok).toBe(true)
  return { app, page }
}

test('a program is asked for in a window of its own, uses the key without seeing it, and is written down', async ({
  home
}) => {
  const { app, page } = await open(home)
  await page.getByRole('button', { name: 'Activity', exact: true }).click()
  await expect(page.getByText('No program has used a credential yet')).toBeVisible()
  const asking = app.waitForEvent('window')
  const url = `https://localhost:${upstream.port}/v1/balance?secret=no`
  const env = { LATCHKEY_HOME: home }
  const ended = runCli(['request', 'stripe', url, '--reason', 'to see the balance'], env)
  const window = await asking
  await expect(window.getByText(`localhost:${upstream.port}`).first()).toBeVisible()
  await expect(window.getByText('to see the balance')).toBeVisible()
  await expect(window.getByRole('button', { name: 'Deny' })).toBeFocused()
  const allow = window.getByRole('button', { name: /^Allow/ })
  await expect(allow).toBeEnabled()
  expect(upstream.requests).toEqual([])
  await allow.click()
  expect(await ended).toMatchObject({ code: 0, out: 'hello, Bearer [redacted]' })
  expect(upstream.requests).toEqual(['GET /v1/balance?secret=no'])
  const { out } = await runCli(['audit'], env)
  expect(out).toContain(`GET localhost:${upstream.port}/v1/balance`)
  expect(out).not.toContain('secret=no')
  expect(out).not.toContain(KEY)
  const line = page.getByRole('listitem').filter({ hasText: '/v1/balance' })
  await expect(line).toContainText('Answered 200')
  await line.getByRole('button').click()
  await expect(line).toContainText('“to see the balance”')
  await expect(line).toContainText('1 echo of the secret removed')
  await page.getByRole('button', { name: 'Check the log' }).click()
  await expect(page.getByRole('dialog')).toContainText('latchkey-audit 1')
  await app.close()
})

test('a program that is denied sends nothing, and no terminal can answer for the window', async ({
  home
}) => {
  const { app } = await open(home)
  const before = upstream.requests.length
  const asking = app.waitForEvent('window')
  const env = { LATCHKEY_HOME: home }
  const ended = runCli(
    ['request', 'stripe', `https://localhost:${upstream.port}/v1/refunds`, '--data', 'a=b'],
    env
  )
  const window = await asking
  await expect(window.getByText('/v1/refunds')).toBeVisible()
  // Keys count once the person has had the time to see the question.
  await expect(window.getByRole('button', { name: /^Allow/ })).toBeEnabled()
  await window.keyboard.press('Escape')
  expect(await ended).toMatchObject({ code: 77, out: '' })
  expect(upstream.requests).toHaveLength(before)
  expect((await runCli(['approvals', '--list'], env)).out).toContain('Nothing is allowed')
  await app.close()
})

/** What a program on this computer gets from an address; null: nobody answers there. */
async function answerAt(url: string): Promise<string | null> {
  return await fetch(url).then(
    (response) => response.text(),
    () => null
  )
}

test('an address that is opened in the window serves a program, and the page never holds it', async ({
  home
}) => {
  const { app, page } = await open(home)
  await page.getByRole('row', { name: /^Stripe/ }).click()
  const field = page.getByRole('main').locator('section').filter({ hasText: 'Local address' }).last()
  await field.getByRole('combobox', { name: 'Host' }).click()
  await page.getByRole('option', { name: `localhost:${upstream.port}` }).click()
  await field.getByRole('button', { name: 'Open' }).click()
  await field.getByRole('button', { name: 'Copy address' }).click()
  await expect(field.getByText('Copied', { exact: true })).toBeVisible()
  const url = (await spy.copied(app)).at(-1) ?? ''
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/)
  await expect(field).toContainText(`${new URL(url).origin}/••••••••`)
  expect(await page.content()).not.toContain(new URL(url).pathname)
  const before = upstream.requests.length
  expect(await answerAt(`${url}/v1/balance`)).toBe('hello, Bearer [redacted]')
  expect(await answerAt(`${new URL(url).origin}/v1/balance`)).toBe('')
  expect(upstream.requests.slice(before)).toEqual(['GET /v1/balance'])
  await field.getByRole('button', { name: 'Close the address' }).click()
  await expect(field.getByRole('button', { name: 'Open' })).toBeFocused()
  expect(await answerAt(`${url}/v1/balance`)).toBeNull()
  await page.getByRole('button', { name: 'Activity', exact: true }).click()
  const lines = page.getByRole('listitem').filter({ hasText: 'You, in this window' })
  await expect(lines.filter({ hasText: '/v1/balance' })).toContainText('Answered 200')
  await expect(lines.filter({ hasText: `Relay to localhost:${upstream.port}` })).toContainText('Closed')
  const { out } = await runCli(['audit', '--json', 'all'], { LATCHKEY_HOME: home })
  expect(out).toContain('"clientName": "window"')
  expect(out).not.toContain(new URL(url).pathname)
  await app.close()
})

test('a proposal is accepted in the window and by no terminal, and opens what it shows', async ({ home }) => {
  const { app, page } = await open(home)
  const env = { LATCHKEY_HOME: home }
  const place = `localhost:${upstream.port}`
  const propose = ['propose', 'rule', 'stripe', `GET ${place}/v1/*`, '--reason', 'asked for often']
  const proposed = await runCli(propose, env)
  expect(proposed.code).toBe(75)
  const typed = await runCli(['approvals', '--accept', proposed.out.trim()], env)
  expect([typed.code, typed.errors]).toEqual([
    64,
    'latchkey: Latchkey is open: answer in its window. (INVALID_REQUEST)\n'
  ])
  await page.getByRole('button', { name: 'Activity 1' }).click()
  const list = page.getByRole('list', { name: 'Proposed by programs' })
  await expect(list).toContainText(`GET ${place}/v1/*`)
  await expect(list).toContainText('“asked for often”')
  await page.getByRole('button', { name: 'Accept… Your terminal, Stripe' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Always allow' }).click()
  await expect(list).toHaveCount(0)
  const request = ['request', 'stripe', `https://${place}/v1/balance`]
  expect(await runCli(request, env)).toMatchObject({ code: 0, out: 'hello, Bearer [redacted]' })
  expect((await runCli(propose, env)).code).toBe(0)
  await app.close()
})

test('a run is allowed once for all that it starts, and nothing of it is left at its end', async ({
  home
}) => {
  const { app } = await open(home)
  const env = { LATCHKEY_HOME: home }
  const url = `https://localhost:${upstream.port}/v1/balance`
  const command = `${process.execPath} bin/latchkey.mjs request stripe ${url}`
  const asking = app.waitForEvent('window')
  const ended = runCli(['run', '--', 'sh', '-c', `${command} && ${command}`], env)
  const window = await asking
  await window.getByText('This run', { exact: true }).click()
  const allow = window.getByRole('button', { name: 'Allow for this run' })
  await expect(allow).toBeEnabled()
  await allow.click()
  expect(await ended).toMatchObject({ code: 0, out: 'hello, Bearer [redacted]'.repeat(2) })
  await expect
    .poll(async () => (await runCli(['approvals', '--list'], env)).out)
    .toContain('Nothing is allowed')
  await app.close()
})
