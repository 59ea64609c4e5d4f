import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { QuestionView } from '#shared/broker/use.ts'
import { openVault } from '../../../src-cli/client/vault-client.ts'
import { type VaultConnection, VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { runCli } from '../../support/run-cli.ts'
import { newVaultHome, removeVaultHome } from '../../support/vault-harness.ts'
import { statusOf, vaultsOf } from '../../support/vault-processes.ts'
import { makeAuthority } from '../../support/certificates.ts'
import { startUpstream, type Upstream } from '../broker/sender-world.ts'

const isFull = process.env['LATCHKEY_TRIALS'] === 'full'
const HAND_OVERS = isFull ? 200 : 8
/** With the one that asks for the hand-over, as many as the socket takes. */
const CLIENTS = 15
const KEY = 'sk_test_0123456789abcdefghijklmn'

let home = ''
let upstream: Upstream
beforeEach(async () => {
  home = await newVaultHome()
  process.env['LATCHKEY_HOME'] = home
  process.env['LATCHKEY_STORE'] = 'file'
  const authority = makeAuthority('Latchkey Storm Authority')
  upstream = await startUpstream(
    (_request, response) => {
      response.end('done')
    },
    authority.issue({ name: 'localhost' })
  )
  writeFileSync(`${home}/keys.env`, `STRIPE_API_KEY=${KEY}\n`, { mode: 0o600 })
  expect((await runCli(['import', `${home}/keys.env`], {})).code).toBe(0)
  writeFileSync(`${home}/authority.pem`, authority.cert, { mode: 0o600 })
  const place = `localhost:${upstream.port}`
  const policy = {
    version: 1,
    network: { ca_file: `${home}/authority.pem`, local_hosts: [place] },
    services: { stripe: { hosts: [place] } },
    clients: { terminal: { per_minute: 900_000, per_day: 900_000 } }
  }
  writeFileSync(`${home}/policy.yaml`, JSON.stringify(policy), { mode: 0o600 })
})
afterEach(async () => {
  await endVaults()
  upstream.close()
  delete process.env['LATCHKEY_HOME']
  delete process.env['LATCHKEY_STORE']
  await removeVaultHome(home)
})

const connect = (): Promise<VaultConnection> =>
  openVault({
    home: () => home,
    keyFile: () => null,
    serveCommand: () => [process.execPath, resolve('bin/latchkey.mjs'), 'serve']
  })

async function endVaults(): Promise<void> {
  while (vaultsOf(home).length > 0) {
    for (const pid of vaultsOf(home)) process.kill(pid, 'SIGTERM')
    await new Promise((done) => setImmediate(done))
  }
}

async function post(connection: VaultConnection, path: string): Promise<string> {
  const url = `https://localhost:${upstream.port}${path}`
  const use = { service: 'stripe', account: null, method: 'POST', url, headers: [], hasBody: false }
  const answer = await connection.stream('use', [{ ...use, scope: null, reason: null, waits: false }])
  const { kind, question } = answer.value as { kind: string; question?: QuestionView }
  if (question !== undefined) {
    const { id, digest } = question
    const allowed = { kind: 'allowed', duration: 'always', wholeHost: true }
    await connection.ask('answerQuestion', { id, digest, answer: allowed })
    return await post(connection, path)
  }
  for await (const _ of answer.body ?? []);
  return kind
}

it(
  `hands the home over ${HAND_OVERS} times under the load of ${CLIENTS} clients: no request is lost, none is sent twice`,
  { timeout: isFull ? 1_800_000 : 60_000 },
  async () => {
    const first = await connect()
    expect(await post(first, '/first')).toBe('answer')
    first.close()
    const storm = { isOver: false }
    const lost: string[] = []
    const sent: string[] = ['POST /first']
    const worker = async (index: number): Promise<void> => {
      const connection = await connect()
      for (let n = 0; !storm.isOver; n += 1) {
        const path = `/${index}/${n}`
        try {
          expect(await post(connection, path)).toBe('answer')
        } catch (error) {
          lost.push(`${path}: ${error instanceof VaultRefusal ? error.problem.message : String(error)}`)
          break
        }
        sent.push(`POST ${path}`)
      }
      connection.close()
    }
    const workers = Array.from({ length: CLIENTS - 1 }, (_, index) => worker(index))
    const holders = new Set<number>()
    for (let n = 0; n < HAND_OVERS; n += 1) {
      const connection = await connect()
      const { pid } = (await connection.ask('status')) as { pid: number }
      holders.add(pid)
      const before = sent.length
      await connection.ask('handOver')
      connection.close()
      // The next vault answers requests before it is asked to end, too.
      await expect.poll(() => sent.length, { interval: 5 }).toBeGreaterThan(before + CLIENTS)
    }
    storm.isOver = true
    await Promise.all(workers)
    expect(lost).toEqual([])
    expect([...upstream.requests].toSorted()).toEqual(sent.toSorted())
    expect(holders.size).toBe(HAND_OVERS)
    expect(existsSync(`${home}/audit.db`)).toBe(true)
    const { out } = await runCli(['audit', 'verify', '--json'], {})
    expect(JSON.parse(out)).toMatchObject({ kind: 'ok', seq: null })
    expect((await statusOf(home)).holder).toBe('serve')
  }
)
