import { Running } from '../test/support/use-world.ts'
import { expect, test } from './fixture.ts'
import { allowAt } from './support/vault-app.ts'

const signIn = (home: string, args: readonly string[]): Running =>
  new Running(process.execPath, ['bin/latchkey.mjs', 'sign-in', 'Example', ...args], { LATCHKEY_HOME: home })

test('a terminal signs in through the window of the open app, and can cancel that', async ({
  home,
  provider,
  vault
}) => {
  const first = ['--issuer', provider.issuer, '--client-id', provider.clientId, '--surface', 'window']
  const cancelled = signIn(home, first)
  await vault.providerPage(provider.issuer)
  cancelled.child.kill('SIGINT')
  expect(await cancelled.ended).toBe('SIGINT')
  await expect.poll(() => vault.app.windows().length).toBe(1)

  const running = signIn(home, first)
  await allowAt(await vault.providerPage(provider.issuer), 'ana')
  expect(await running.ended).toBe(0)
  expect(running.out).toContain('Signed in to Example as ana@example.test.')
  expect(running.errors).toContain('Sign in to Example in Latchkey’s window.')
  await expect(vault.row('Example')).toBeVisible()
})

test('a sign-in of a terminal is shown by the window, which cancels it', async ({
  home,
  provider,
  vault
}) => {
  const first = ['--issuer', provider.issuer, '--client-id', provider.clientId, '--surface', 'device']
  const running = signIn(home, first)
  await expect.poll(() => running.errors).toContain('type the code')
  await expect.poll(() => vault.signIns()).toEqual(['waiting'])
  expect(vault.app.windows()).toHaveLength(1)
  await vault.page.evaluate(async () => {
    const snapshot = await window.vault.getSnapshot()
    if (snapshot.ok) await window.vault.cancelSignIn(snapshot.value.signIns[0]?.attempt ?? '')
  })
  expect(await running.ended).toBe(77)
  expect(running.errors).toContain('The sign-in was cancelled. Nothing was changed. (SIGN_IN_CANCELLED)')
})
