import { expect, test } from '@playwright/test'
import { mcpConfiguration } from '../../test/support/mcp-authorization.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../test/support/openid-provider.ts'
import { type GoTrueServer, startGoTrue } from '../../test/support/gotrue-server.ts'
import { type Canary, type SecretKind, secretKinds } from '../../test/support/canary-scan.ts'
import {
  type ProtectedResourceServer,
  startProtectedResource
} from '../../test/support/protected-resource-server.ts'
import { allowAt } from '../support/vault-app.ts'
import { signInAtMcpServer, signInBoundToKey } from './bound-tokens.ts'
import { changeClientSecret } from './client-life.ts'
import type { Hit } from './evidence.ts'
import {
  addAndReplaceKey,
  addKey,
  quit,
  rotateKey,
  sendBrokenKey,
  signOutAndRemove,
  startTwice,
  useEverything
} from './keys-and-ends.ts'
import { countProcesses } from './processes.ts'
import {
  endWorld,
  environmentOf,
  launchWatched,
  newWorld,
  type WatchedVault,
  type World
} from './watched-vault.ts'
import { signInAtProject, signOutOfProject } from './project-life.ts'
import { quoteSecretsBack } from './quoted-back.ts'
import { moveThroughStores } from './stores-life.ts'
import * as life from './whole-life.ts'

// No trace: it would record the typed text by the test itself.
test.use({ trace: 'off' })
test.setTimeout(480_000)

let world: World
let provider: OpenIdProvider
let mcp: ProtectedResourceServer
let project: GoTrueServer
test.beforeEach(async () => {
  world = newWorld()
  provider = await startOpenIdProvider({ configuration: mcpConfiguration({ bindsToKeys: true }) })
  mcp = await startProtectedResource({ issuer: provider.issuer })
  project = await startGoTrue()
})
test.afterEach(async () => {
  await project.close()
  await mcp.close()
  await provider.close()
  await endWorld(world)
})

/** The only frames that may have a secret: text that a person typed or pasted, on its way to the vault. */
const typed: readonly Pick<Hit, 'where' | 'secretKind'>[] = [
  { where: 'to main latchkey:request:addApiKey', secretKind: 'api-key' },
  { where: 'to main latchkey:request:prepareKey', secretKind: 'api-key' },
  { where: 'to main latchkey:request:moveStore', secretKind: 'passphrase' },
  { where: 'to main latchkey:request:unlockVault', secretKind: 'passphrase' },
  { where: 'to main latchkey:request:startSignIn', secretKind: 'client-secret' },
  { where: 'to main latchkey:request:changeClient', secretKind: 'client-secret' },
  { where: 'to main latchkey:request:signInWithPassword', secretKind: 'client-secret' },
  { where: 'to main latchkey:request:signInWithPassword', secretKind: 'password' },
  { where: 'to main latchkey:request:submitRedirectUrl', secretKind: 'code' },
  { where: 'to main latchkey:strip:submitRedirectUrl', secretKind: 'code' }
]

function isTyped({ channel, where, secretKind }: Hit): boolean {
  return channel === 'ipc' && typed.some((frame) => frame.where === where && frame.secretKind === secretKind)
}
/** Secrets that are never sent, not even to the provider. */
const kept: readonly SecretKind[] = ['api-key', 'passphrase', 'password', 'dpop-key', 'registration-token']
/** True for a secret of the provider that is sent to the provider and not elsewhere. */
function isForProvider({ channel, where, secretKind }: Hit): boolean {
  return channel === 'network' && where === `main ${provider.issuer}` && !kept.includes(secretKind)
}
/** True for an access token that is sent to its own server. */
function isForMcpServer({ channel, where, secretKind }: Hit): boolean {
  return channel === 'network' && where === `main ${new URL(mcp.url).origin}` && secretKind === 'access-token'
}
/** A project gets the password, its own key, and the tokens that it has issued. */
const forProject: readonly SecretKind[] = ['password', 'client-secret', 'access-token', 'refresh-token']
function isForProject({ channel, where, secretKind }: Hit): boolean {
  return channel === 'network' && where === `main ${project.url}` && forProject.includes(secretKind)
}
function isLeak(hit: Hit): boolean {
  return !isTyped(hit) && !isForProvider(hit) && !isForMcpServer(hit) && !isForProject(hit)
}

/** Returns the secrets that were chosen, issued by the provider, or made by the vault. */
function secretsOf({ canaries }: life.Life): readonly Canary[] {
  const verifiers = [...world.verifiers].map((value) => ({ kind: 'verifier', value }) as const)
  return [...canaries, ...provider.issued(), ...project.issued(), ...verifiers]
}

/** Checks that the search covered all kinds of secrets, in existing processes, frames and errors. */
function expectSearched(secrets: readonly Canary[], hits: readonly Hit[]): void {
  const { evidence } = world
  expect(new Set(secrets.map(({ kind }) => kind))).toEqual(new Set(secretKinds))
  expect(typed.filter(({ where }) => !hits.some((hit) => hit.where === where))).toEqual([])
  expect(evidence.places('ipc')).toEqual(
    expect.arrayContaining([
      'to main latchkey:request:retrySignIn',
      'to page latchkey:request:retrySignIn',
      'to main latchkey:request:dismissSignIn'
    ])
  )
  expect(evidence.places('errors')).toEqual(
    expect.arrayContaining(['VaultError', 'TransportError', 'TokenRefusal'])
  )
  expect(evidence.places('command lines')).toEqual(
    expect.arrayContaining(['own keychain helper', expect.stringMatching(/^own .* renderer$/)])
  )
  expect(evidence.size('renderer heap').bytes).toBeGreaterThan(10_000_000)
}

/** Checks that requests went only to the provider, the MCP server and the project. */
function expectOnlyProvider({ askedByPages }: WatchedVault): void {
  const { evidence } = world
  expect(askedByPages()).toEqual([provider.issuer])
  const asked = [new URL(provider.issuer), new URL(mcp.url), new URL(project.url)]
  expect(new Set(evidence.places('network'))).toEqual(
    new Set([
      'request of a page',
      'session bus',
      ...asked.flatMap(({ origin, host }) => [`main ${origin}`, `peer ${host}`])
    ])
  )
}

test('a whole life of secrets leaves no trace anywhere but in the keychain', async () => {
  const watched = await launchWatched(world)
  const run: life.Life = { vault: watched.vault, provider, canaries: [], look: watched.look }
  await life.signInAfterTrouble(run)
  await addAndReplaceKey(run)
  await rotateKey(run)
  await sendBrokenKey(run)
  await life.signInWithBadIdToken(run)
  await life.refreshWithBadAnswers(run)
  await life.revokeAndRepair(run)
  await life.signInWithClientSecret(run)
  await changeClientSecret(run)
  await life.signInByCode(run)
  await signInBoundToKey(run, 'dora@example.test')
  await signInAtMcpServer(run, mcp)
  await quoteSecretsBack(run)
  await life.signInByPaste(run)
  await useEverything(run)
  await signInAtProject(run, project)
  await moveThroughStores(run, world.folder)
  await startTwice(environmentOf(world), world.evidence)
  await watched.look()
  await signOutAndRemove(run)
  await signOutOfProject(run, project)
  await watched.notes()
  await quit(run)
  await watched.end()
  const secrets = secretsOf(run)
  const hits = world.evidence.search(secrets)
  expect(hits.filter(isLeak)).toEqual([])
  const files = world.evidence.places('files')
  for (const moved of ['/data/encrypted/', '/data/auth/tokens/'])
    expect(files.some((place) => place.includes(moved))).toBe(true)
  expectSearched(secrets, hits)
  expectOnlyProvider(watched)
})

for (const store of ['keychain', 'file'] as const) {
  test(`a vault that is killed while it stores a rotated token leaves none behind: ${store}`, async () => {
    const env = { LATCHKEY_STORE: store }
    const watched = await launchWatched(world, env)
    const { app, vault } = watched
    const run: life.Life = { vault, provider, canaries: [], look: watched.look }
    await allowAt(await vault.signInByIssuer(provider, 'Example ID', life.SCOPES), 'ana')
    await expect(vault.row('Example ID')).toContainText('Valid')
    await addKey(run)
    await vault.select('Example ID')
    await vault.row('Example ID').getByRole('button', { name: 'Refresh' }).click()
    await expect.poll(() => refreshTokens().length).toBe(2)
    await watched.look()
    await vault.row('Example ID').getByRole('button', { name: 'Refresh' }).click()
    await expect.poll(() => refreshTokens().length, { intervals: [1] }).toBe(3)
    app.process().kill('SIGKILL')
    await watched.end()
    await expect.poll(() => countProcesses(world.folder)).toBe(0)
    const second = await launchWatched(world, env)
    await expect(second.vault.row('Example ID')).toBeVisible()
    await second.look()
    await quit({ ...run, vault: second.vault })
    await second.end()
    expect(world.evidence.search(secretsOf(run)).filter(isLeak)).toEqual([])
    expect(world.evidence.places('files').some((place) => place.includes('/data/sealed/'))).toBe(
      store === 'file'
    )
  })
}

function refreshTokens(): readonly string[] {
  return provider.issued().flatMap(({ kind, value }) => (kind === 'refresh-token' ? [value] : []))
}
