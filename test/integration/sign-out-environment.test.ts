import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleEndpoints, sampleGrant, sampleProvider } from '../../src-main/core/testing/samples.ts'
import { makeAuthority } from '../support/certificates.ts'
import { runCli } from '../support/run-cli.ts'
import { openTestVault, removeVaultHome } from '../support/vault-harness.ts'
import { endVaults, statusOf } from '../support/vault-processes.ts'
import { startUpstream, type Upstream } from './broker/sender-world.ts'

type Environment = Readonly<Record<string, string>>

/** An authority that only the environment of the caller names, and the provider with a certificate of it. */
const hostile = makeAuthority('Hostile Authority')
let provider: Upstream
let proxy: Awaited<ReturnType<typeof startProxy>>
let home = ''

beforeEach(async () => {
  const pair = hostile.issue({ name: 'localhost' })
  provider = await startUpstream((_request, response) => void response.end(), pair)
  proxy = await startProxy()
  home = mkdtempSync(join(tmpdir(), 'latchkey-hostile-'))
  writeFileSync(join(home, 'hostile.pem'), hostile.cert)
})
afterEach(async () => {
  await endVaults(home)
  provider.close()
  proxy.close()
  await removeVaultHome(home)
})

/** A server that only counts who comes, and lets nobody through. */
async function startProxy() {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${String(port)}`,
    connections: () => connections,
    close: () => server.close()
  }
}

const issuer = (): string => `https://localhost:${String(provider.port)}`

/** Keeps a sign-in at the provider, and closes the vault. */
async function keepSignIn(): Promise<void> {
  const { vault } = await openTestVault({ home, store: 'file', hasKeychain: false })
  const addresses = { issuer: issuer(), token: `${issuer()}/token`, revocation: `${issuer()}/revoke` }
  const grant = { provider: { ...sampleProvider, endpoints: sampleEndpoints(addresses) } }
  await vault.repository.save(sampleGrant(grant))
  await vault.close()
}

/** True if Node's own client gets an answer of the provider in this environment. */
async function plainFetchArrives(env: Environment): Promise<boolean> {
  const script = `fetch('${issuer()}/control').then(() => process.exit(0), () => process.exit(1))`
  const child = execFile(process.execPath, ['-e', script], { env: { PATH: process.env['PATH'], ...env } })
  const [code] = (await once(child, 'exit')) as [number]
  return code === 0
}

describe('threat: exfiltration by the environment of whoever signs out', () => {
  it('sends the tokens to no server that only that environment trusts, and to no proxy of it', async () => {
    await keepSignIn()
    const authorities = join(home, 'hostile.pem')
    const trust = {
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_EXTRA_CA_CERTS: authorities,
      SSL_CERT_FILE: authorities
    }
    const { address } = proxy
    const detour = { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: address, https_proxy: address, ALL_PROXY: address }

    // A plain fetch obeys both.
    expect(await plainFetchArrives(trust)).toBe(true)
    expect(provider.requests).toEqual(['GET /control'])
    expect([await plainFetchArrives({ ...trust, ...detour }), proxy.connections()]).toEqual([false, 1])

    const before = provider.connections()
    const store = { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file' }
    const { service, account } = sampleGrant().ref
    const done = await runCli(['sign-out', '--json', 'all', service, account], {
      ...store,
      ...trust,
      ...detour
    })
    expect(JSON.parse(done.out)).toEqual({ removed: true, revoked: 'no', isNoted: true })
    expect((await statusOf(home)).holder).toBe('serve')
    // The vault was there, and did not trust what it met.
    expect(provider.connections()).toBeGreaterThan(before)
    expect([provider.requests, proxy.connections()]).toEqual([['GET /control'], 1])
  })
})
