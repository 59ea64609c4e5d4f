import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { QuestionView } from '#shared/broker/use.ts'
import { type CredentialRef, refFromKey } from '#shared/credential.ts'
import { policyFetch } from '../../../src-main/vault/policy-fetch.ts'
import { type ConnectProxy, startConnectProxy } from '../../support/connect-proxy.ts'
import { signInRequest } from '../../support/oauth-world.ts'
import { browseToRedirect } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { runCli } from '../../support/run-cli.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'
import { connectTo, endVaults } from '../../support/vault-processes.ts'
import { authority, HOST, pair, startUpstream } from '../broker/sender-world.ts'

const ISSUER = 'id.example.test'

async function startWorld(): Promise<{
  op: OpenIdProvider
  proxy: ConnectProxy
  apiPort: number
  home: string
}> {
  const secure = { ...authority.issue({ name: ISSUER }), host: ISSUER }
  const op = await startOpenIdProvider({ secure, accessTtl: 1 })
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
async function signIn(op: OpenIdProvider, home: string): Promise<CredentialRef> {
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
  await vault.handlers.startSignIn(signInRequest(op))
  await globalThis.fetch(await browseToRedirect(surface.last.view.url, { fetch: network }))
  const ref = refFromKey(await ended)
  await vault.close()
  if (ref === null) throw new Error('The sign-in brought no credential.')
  return ref
}

test('A vault without windows signs in and refreshes through the proxy of policy.yaml, and sends the token through it', async () => {
  const { op, proxy, apiPort, home } = await startWorld()
  const network = `version: 1\nnetwork:\n  ca_file: ${join(home, 'ca.pem')}\n  proxy: http://127.0.0.1:${proxy.port}\n`
  const write = async (text: string): Promise<void> =>
    await writeFile(join(home, 'policy.yaml'), text, { mode: 0o600 })
  await write(network)
  const { service } = await signIn(op, home)
  const before = op.requests().filter((request) => request === 'POST /token').length

  await write(`${network}services:\n  ${service}:\n    hosts: ['${HOST}:${apiPort}']\n`)
  // No variable of whoever starts the vault names a way out.
  const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1' }
  const variables = { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file', LATCHKEY_SERVE_IDLE_SECONDS: '40', ...env }
  expect((await runCli(['approvals', '--list'], variables)).code).toBe(0)
  const url = `https://${HOST}:${apiPort}/`
  const vault = await connectTo(home)
  const use = { service, account: null, method: 'GET', url, headers: [], hasBody: false }
  const wish = { ...use, scope: null, reason: null, waits: false }
  const { question } = (await vault.ask('use', wish)) as { question: QuestionView }
  const answer = { kind: 'allowed', duration: '10-minutes', wholeHost: true }
  await vault.ask('answerQuestion', { id: question.id, digest: question.digest, answer })
  vault.close()

  expect(await runCli(['request', service, url], variables)).toEqual({
    code: 0,
    out: 'Bearer [redacted]',
    errors: ''
  })
  expect(op.requests().filter((request) => request === 'POST /token').length).toBeGreaterThan(before)
  const ways = new Set(proxy.asked())
  expect(ways).toEqual(new Set([new URL(op.issuer).host, `${HOST}:${apiPort}`]))
})
