import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { QuestionView } from '#shared/broker/use.ts'
import type { SignInRequest } from '#shared/sign-in.ts'
import { type CredentialRef, refFromKey } from '#shared/credential.ts'
import { policyFetch } from '../../../src-main/vault/policy-fetch.ts'
import { type ConnectProxy, startConnectProxy } from '../../support/connect-proxy.ts'
import { signInRequest } from '../../support/oauth-world.ts'
import { browseToRedirect } from '../../support/openid-browser.ts'
import {
  type OpenIdOptions,
  type OpenIdProvider,
  startOpenIdProvider
} from '../../support/openid-provider.ts'
import { type CliEnd, runCli } from '../../support/run-cli.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'
import { connectTo, endVaults } from '../../support/vault-processes.ts'
import { authority, HOST, pair, startUpstream } from '../broker/sender-world.ts'

const ISSUER = 'id.example.test'

async function startWorld(options: OpenIdOptions = {}): Promise<{
  op: OpenIdProvider
  proxy: ConnectProxy
  apiPort: number
  home: string
}> {
  const secure = { ...authority.issue({ name: ISSUER }), host: ISSUER }
  const op = await startOpenIdProvider({ secure, ...options })
  const api = await startUpstream(({ headers }, response) => void response.end(headers.authorization), pair)
  const hosts = { [ISSUER]: Number(new URL(op.issuer).port), [HOST]: api.port }
  const proxy = await startConnectProxy({ hosts })
  const home = await newVaultHome()
  onTestFinished(async () => {
    await endVaults(home)
    proxy.close()
    api.close()
    await op.close()
    await removeVaultHome(home)
  })
  await writeFile(join(home, 'ca.pem'), authority.cert, { mode: 0o600 })
  return { op, proxy, apiPort: api.port, home }
}

/** Signs in by a vault of this process, which goes through the proxy as well, and closes it. */
async function signIn(request: SignInRequest, home: string): Promise<CredentialRef> {
  const network = policyFetch(home)
  const fetch = (async (url: string, init: RequestInit) =>
    await network(url, init)) as typeof globalThis.fetch
  const { vault, surface } = await openTestVault({ home, store: 'file', hasKeychain: false, fetch })
  const ended = new Promise<string>((resolve, reject) => {
    vault.on('signInChanged', ({ state }) => {
      if (state.kind === 'done') resolve(state.credential)
      if (state.kind === 'failed') reject(new Error(`The sign-in failed: ${state.problem.message}`))
    })
  })
  await vault.handlers.startSignIn(request)
  await globalThis.fetch(await browseToRedirect(surface.last.view.url, { fetch: network }))
  const ref = refFromKey(await ended)
  await vault.close()
  if (ref === null) throw new Error('The sign-in brought no credential.')
  return ref
}

const networkOf = (home: string, proxy: ConnectProxy): string =>
  `version: 1\nnetwork:\n  ca_file: ${join(home, 'ca.pem')}\n  proxy: http://127.0.0.1:${proxy.port}\n`

const writePolicy = async (home: string, text: string): Promise<void> =>
  await writeFile(join(home, 'policy.yaml'), text, { mode: 0o600 })

/** Sends a request by the command, once the person's terminal has allowed it. */
async function request(home: string, service: string, url: string): Promise<CliEnd> {
  // No variable of whoever starts the vault names a way out.
  const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1' }
  const idle = { LATCHKEY_SERVE_IDLE_SECONDS: '40' }
  const variables = { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file', ...idle, ...env }
  expect((await runCli(['approvals', '--list'], variables)).code).toBe(0)
  const vault = await connectTo(home)
  const use = { service, account: null, method: 'GET', url, headers: [], hasBody: false }
  const wish = { ...use, scope: null, reason: null, waits: false }
  const { question } = (await vault.ask('use', wish)) as { question: QuestionView }
  const answer = { kind: 'allowed', duration: '10-minutes', wholeHost: true }
  await vault.ask('answerQuestion', { id: question.id, digest: question.digest, answer })
  vault.close()
  return await runCli(['request', service, url], variables)
}

test('A vault without windows signs in and refreshes through the proxy of policy.yaml, and sends the token through it', async () => {
  const { op, proxy, apiPort, home } = await startWorld({ accessTtl: 1 })
  const network = networkOf(home, proxy)
  await writePolicy(home, network)
  const { service } = await signIn(signInRequest(op), home)

  await writePolicy(home, `${network}services:\n  ${service}:\n    hosts: ['${HOST}:${apiPort}']\n`)
  expect(await request(home, service, `https://${HOST}:${apiPort}/`)).toEqual({
    code: 0,
    out: 'Bearer [redacted]',
    errors: ''
  })
  // The first one brought the code in; a slow computer may have refreshed before the request already.
  expect(op.requests().filter((each) => each === 'POST /token').length).toBeGreaterThan(1)
  const ways = new Set(proxy.asked())
  expect(ways).toEqual(new Set([new URL(op.issuer).host, `${HOST}:${apiPort}`]))
})

test('A sign-in that is bound to a key is used at the API of its own provider, which checks each proof', async () => {
  const dPoP = { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true }
  const { op, proxy, home } = await startWorld({ configuration: { features: { dPoP } } })
  const { host } = new URL(op.issuer)
  const row = { kind: 'oauth', id: 'forge', name: 'Our forge', dpop: true, redirect: { path: '/callback' } }
  const providers = [{ ...row, endpoints: { kind: 'discovered', issuer: op.issuer } }]
  await writeFile(join(home, 'providers.json'), JSON.stringify({ providers }), { mode: 0o600 })
  await writePolicy(home, `${networkOf(home, proxy)}services:\n  forge:\n    hosts: ['${host}']\n`)
  const provider = { kind: 'preset', provider: 'forge', clientId: op.clientId } as const
  await signIn({ ...signInRequest(op), kind: 'new', provider } as SignInRequest, home)

  const { code, out, errors } = await request(home, 'forge', `${op.issuer}/me`)
  expect([code, JSON.parse(out), errors]).toEqual([0, expect.objectContaining({ sub: 'alice' }), ''])
  expect(op.requests().filter((each) => each === 'GET /me')).toHaveLength(2)
})
