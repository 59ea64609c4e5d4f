import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { credentialKey } from '../src-shared/credential.ts'
import { endServe } from '../test/support/serve.ts'
import { HandOverStorm } from '../test/support/hand-over-storm.ts'
import { refreshes, revocations, signInTo } from '../test/support/rotation-counts.ts'
import { runCli } from '../test/support/run-cli.ts'
import { openTestVault } from '../test/support/vault-harness.ts'
import { expect, test } from './fixture.ts'
import { launchVault } from './support/launch.ts'

const isFull = process.env['LATCHKEY_TRIALS'] === 'full'
const ROUNDS = isFull ? 25 : 2
const CLIENTS = 12
const KEY = 'sk_test_0123456789abcdefghijklmn'

test.beforeEach(({ home }) => {
  process.env['LATCHKEY_HOME'] = home
})
test.afterEach(async ({ home }) => {
  await endServe(home)
  delete process.env['LATCHKEY_HOME']
})

test(`the app takes the home from “latchkey serve” and gives it back ${ROUNDS} times while ${CLIENTS} clients ask`, async ({
  home,
  provider
}) => {
  test.setTimeout(isFull ? 900_000 : 90_000)
  const own = await openTestVault({ home })
  const grant = await signInTo(own, provider)
  await own.vault.close()
  writeFileSync(join(home, 'keys.env'), `STRIPE_API_KEY=${KEY}\n`, { mode: 0o600 })
  expect(await runCli(['import', join(home, 'keys.env')], {})).toMatchObject({ code: 0, errors: '' })
  await endServe(home) // that of the import; the clients start one with a setting
  const storm = await HandOverStorm.begin(home, ['stripe', grant.service])
  await storm.allow('stripe')
  await storm.allow(grant.service)
  storm.addRefresher(credentialKey(grant))
  for (let n = 1; n < CLIENTS; n += 1) storm.addClient(n % 2 === 0 ? 'stripe' : grant.service)

  const { lost, sent, upstream } = storm
  /** Each client is answered by this vault. */
  const isAnsweredBy = async (holder: 'app' | 'serve'): Promise<void> => {
    const connection = await storm.connect()
    expect(await connection.ask('status')).toMatchObject({ holder })
    connection.close()
    const before = sent.length
    await expect.poll(() => sent.length + lost.length).toBeGreaterThan(before + CLIENTS)
    expect(lost).toEqual([])
  }
  await isAnsweredBy('serve')
  for (let round = 0; round < ROUNDS; round += 1) {
    const { app } = await launchVault({ home })
    await isAnsweredBy('app')
    await app.close()
    await isAnsweredBy('serve')
  }
  await storm.end()
  upstream.close()
  expect(lost).toEqual([])
  expect([...upstream.requests].toSorted()).toEqual(sent.toSorted())
  // A refresh token that is used twice ends its grant.
  expect(revocations(provider)).toBe(0)
  expect(provider.events.filter(({ kind }) => kind === 'grant.error')).toEqual([])
  expect(refreshes(provider)).toBe(storm.refreshed)
  expect(storm.refreshed).toBeGreaterThanOrEqual(ROUNDS)
})
