import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveEnvironment } from '../src-cli/client/serve-environment.ts'
import { serveOptions } from '../src-cli/client/vault-client.ts'
import { homeLayout } from '../src-main/home/home-layout.ts'
import type { QuestionView } from '../src-shared/broker/use.ts'
import { TERMINAL } from '../src-socket/handshake.ts'
import { socketPlace, terminalKeyFile } from '../src-socket/socket-path.ts'
import { VaultConnection, VaultRefusal } from '../src-socket/vault-connection.ts'
import { newVaultHome, removeVaultHome } from '../test/support/vault-harness.ts'

export type Store = 'file' | 'keychain'
type Body = AsyncIterable<Uint8Array>
/** Sends a GET for a path and gives the body of the answer. */
export type Get = (path: string) => Promise<Body>

/** A vault process with an approval for every path of the server. */
export type Served = {
  readonly store: Store
  readonly pid: number
  readonly clients: readonly Get[]
  readonly close: () => Promise<void>
}

/** The server of the bench, and the certificate of its authority. */
export type Upstream = { readonly port: number; readonly ca: string }

/** The key of the service, as long as some are. */
export const KEY = `sk_test_${'4eC39HqLyjWDarjtT1zdp7dc'.repeat(4)}`

/**
 * Starts a vault process with the options and the environment that the commands start it with, gives it the key, and connects as many
 * clients.
 */
export async function startVault(store: Store, { port, ca }: Upstream, count: number): Promise<Served> {
  const home = await newVaultHome()
  const env = {
    ...process.env,
    LATCHKEY_HOME: home,
    LATCHKEY_STORE: store,
    LATCHKEY_SERVE_IDLE_SECONDS: '3600'
  }
  const file = join(home, 'bench.env')
  writeFileSync(file, `STRIPE_API_KEY=${KEY}\n`, { mode: 0o600 })
  writeFileSync(join(home, 'ca.pem'), ca, { mode: 0o600 })
  writeFileSync(homeLayout(home).policy, policyText(home, `localhost:${port}`), { mode: 0o600 })
  const vault = spawn(process.execPath, [...serveOptions, 'bin/latchkey.mjs', 'serve'], {
    env: serveEnvironment(env),
    stdio: 'inherit'
  })
  const connections = [await connected(vault, home)]
  const imported = spawnSync(process.execPath, ['bin/latchkey.mjs', 'import', file], {
    env,
    encoding: 'utf8'
  })
  if (imported.status !== 0) throw new Error(imported.stderr)
  for (let client = 1; client < count; client += 1) connections.push(await connected(vault, home))
  const url = (path: string): string => `https://localhost:${port}${path}`
  await allowHost(connections[0]!, url('/small'))
  return {
    store,
    pid: vault.pid!,
    clients: connections.map(
      (connection): Get =>
        (path) =>
          brokered(connection, url(path))
    ),
    close: async () => {
      for (const connection of connections) connection.close()
      vault.kill('SIGTERM')
      if (vault.exitCode === null) await once(vault, 'exit')
      await removeVaultHome(home)
    }
  }
}

function policyText(home: string, host: string): string {
  return JSON.stringify({
    version: 1,
    network: { ca_file: join(home, 'ca.pem'), local_hosts: [host] },
    services: { stripe: { hosts: [host] } },
    clients: { terminal: { per_minute: 1_000_000, per_day: 100_000_000 } }
  })
}

/** Connects as the person's terminal, once the vault process listens. */
async function connected(vault: ChildProcess, home: string): Promise<VaultConnection> {
  for (;;) {
    try {
      const secret = Buffer.from(readFileSync(terminalKeyFile(home), 'utf8').trim(), 'hex')
      return await VaultConnection.open(socketPlace(home).path!, { client: TERMINAL, secret })
    } catch (error) {
      if (error instanceof VaultRefusal || vault.exitCode !== null) throw error
      await sleep(25)
    }
  }
}

const useOf = (url: string) => {
  const nothing = { account: null, scope: null, reason: null }
  return { ...nothing, service: 'stripe', method: 'GET', url, headers: [], hasBody: false, waits: false }
}

async function allowHost(connection: VaultConnection, url: string): Promise<void> {
  const asked = (await connection.ask('use', useOf(url))) as { readonly question: QuestionView }
  const { id, digest } = asked.question
  const answer = { kind: 'allowed', duration: 'until-lock', wholeHost: true }
  await connection.ask('answerQuestion', { id, digest, answer })
}

async function brokered(connection: VaultConnection, url: string): Promise<Body> {
  const { value, body } = await connection.stream('use', [useOf(url)])
  if ((value as { readonly status?: number }).status !== 200 || body === null)
    throw new Error('It was not sent.')
  return body
}
