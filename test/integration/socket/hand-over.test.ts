import { existsSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { takeHome } from '../../../src-main/vault/take-home.ts'
import { HandOverStorm } from '../../support/hand-over-storm.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { refreshes, revocations, signInTo } from '../../support/rotation-counts.ts'
import { runCli } from '../../support/run-cli.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'
import { statusOf, vaultsOf } from '../../support/vault-processes.ts'

const isFull = process.env['LATCHKEY_TRIALS'] === 'full'
const HAND_OVERS = isFull ? 200 : 6
/** With the one that asks for the hand-over, sixteen. */
const CLIENTS = 15
const KEY = 'sk_test_0123456789abcdefghijklmn'
/** Delay of a refresh in milliseconds, so that hand-overs come while one is under way. */
const SLOW_MS = 100

let home = ''
let op: OpenIdProvider
let storm: HandOverStorm
let grant: CredentialRef
beforeEach(async () => {
  home = await newVaultHome()
  process.env['LATCHKEY_HOME'] = home
  process.env['LATCHKEY_STORE'] = 'file'
  op = await startOpenIdProvider()
  const own = await openTestVault({ home, store: 'file' })
  grant = await signInTo(own, op)
  await own.vault.close()
  op.disturb(({ path }) => (path === '/token' ? { kind: 'delay', ms: SLOW_MS } : null))
  writeFileSync(`${home}/keys.env`, `STRIPE_API_KEY=${KEY}\n`, { mode: 0o600 })
  expect(await runCli(['import', `${home}/keys.env`], {})).toMatchObject({ code: 0, errors: '' })
  await endVaults() // that of the import; the clients start one with a setting
  storm = await HandOverStorm.begin(home, ['stripe', grant.service])
})
afterEach(async () => {
  await endVaults()
  storm.upstream.close()
  await op.close()
  delete process.env['LATCHKEY_HOME']
  delete process.env['LATCHKEY_STORE']
  await removeVaultHome(home)
})

async function endVaults(): Promise<void> {
  while (vaultsOf(home).length > 0) {
    for (const pid of vaultsOf(home)) process.kill(pid, 'SIGTERM')
    await new Promise((done) => setImmediate(done))
  }
}

/** Asks the vault to hand its home over; returns its process. */
async function handOver(): Promise<number> {
  const connection = await storm.connect()
  const { pid } = (await connection.ask('status')) as { readonly pid: number }
  await connection.ask('handOver')
  connection.close()
  return pid
}

it(
  `hands the home over ${HAND_OVERS} times under the load of ${CLIENTS} clients: no request is lost, none is sent twice`,
  { timeout: isFull ? 1_800_000 : 60_000 },
  async () => {
    await storm.allow('stripe')
    await storm.allow(grant.service)
    const { sent, lost, upstream } = storm
    storm.addRefresher(credentialKey(grant))
    for (let n = 2; n < CLIENTS; n += 1) storm.addClient(n % 2 === 0 ? 'stripe' : grant.service)
    const holders = new Set<number>()
    for (let n = 0; n < HAND_OVERS; n += 1) {
      const before = sent.length
      holders.add(await handOver())
      // The next vault answers requests before it is asked to end, too.
      await expect.poll(() => sent.length + lost.length, { interval: 5 }).toBeGreaterThan(before + CLIENTS)
      expect(lost).toEqual([])
    }
    await storm.end()
    expect(lost).toEqual([])
    expect([...upstream.requests].toSorted()).toEqual(sent.toSorted())
    expect(holders.size).toBe(HAND_OVERS)
    // Of all that miss a vault one starts it; again only if the one before is not gone after two seconds. The vault that
    // hands over last may answer all that is left, so that nobody misses it.
    expect(storm.starts).toBeGreaterThanOrEqual(HAND_OVERS)
    expect(storm.starts).toBeLessThan(2 * HAND_OVERS + 2)
    // A refresh token that is used twice ends its grant.
    expect(revocations(op)).toBe(0)
    expect(op.events.filter(({ kind }) => kind === 'grant.error')).toEqual([])
    expect(storm.refreshed).toBeGreaterThanOrEqual(HAND_OVERS / 2)
    expect(refreshes(op)).toBe(storm.refreshed)
    expect(existsSync(`${home}/audit.db`)).toBe(true)
    const { out } = await runCli(['audit', 'verify', '--json', 'all'], {})
    expect(JSON.parse(out)).toMatchObject({ kind: 'ok', seq: null })
    expect((await statusOf(home)).holder).toBe('serve')
  }
)

it('of eighty clients that come at once each is answered, and one has started the vault', async () => {
  const asks = Array.from({ length: 80 }, async () => {
    const connection = await storm.connect()
    const { pid } = (await connection.ask('status')) as { readonly pid: number }
    connection.close()
    return pid
  })
  expect(new Set(await Promise.all(asks)).size).toBe(1)
  expect(storm.starts).toBe(1)
})

it('an app gets the home of a vault whose clients ask without a pause, and no other vault begins meanwhile', async () => {
  await storm.allow('stripe')
  const { sent, lost } = storm
  for (let n = 0; n < 6; n += 1) storm.addClient('stripe')
  for (let n = 0; n < 2; n += 1) {
    const before = sent.length
    await expect.poll(() => sent.length + lost.length, { interval: 5 }).toBeGreaterThan(before + 6)
    const { starts } = storm
    const { opened, release } = await takeHome(home)
    // Every client misses a vault now.
    await expect.poll(() => vaultsOf(home)).toEqual([])
    expect(storm.starts).toBe(starts)
    opened()
    release()
  }
  await storm.end()
  expect(lost).toEqual([])
  expect([...storm.upstream.requests].toSorted()).toEqual(sent.toSorted())
})
