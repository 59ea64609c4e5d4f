import { expect, test } from '@playwright/test'
import { type OpenIdProvider, startOpenIdProvider } from '../../test/support/openid-provider.ts'
import { allowAt } from '../support/vault-app.ts'
import type { Hit } from './evidence.ts'
import { addKey, quit } from './keys-and-ends.ts'
import { leaveAndReturn } from './leave-and-return.ts'
import { endWorld, launchWatched, newWorld, type World } from './watched-vault.ts'
import { type Life, SCOPES } from './whole-life.ts'

// No trace: it would record the typed text by the test itself.
test.use({ trace: 'off' })
test.setTimeout(180_000)

let world: World
let provider: OpenIdProvider
test.beforeEach(async () => {
  world = newWorld()
  provider = await startOpenIdProvider()
})
test.afterEach(async () => {
  await provider.close()
  await endWorld(world)
})

/** Text that a person types or pastes, on its way into the vault. */
const typed = [
  'addApiKey api-key',
  'previewImport api-key',
  'exportVault passphrase',
  'openImport passphrase'
] as const

const frameOf = ({ where, secretKind }: Hit): string =>
  `${where.replace('to main latchkey:request:', '')} ${secretKind}`

test('export, import and recovery leave no trace but the sealed files, and the key is shown by the system alone', async () => {
  const watched = await launchWatched(world)
  const life: Life = { vault: watched.vault, provider, canaries: [], look: watched.look }
  await allowAt(await watched.vault.signInByIssuer(provider, 'Example ID', SCOPES), 'ana')
  await expect(watched.vault.row('ana@example.test')).toContainText('Valid')
  await addKey(life)
  const key = await leaveAndReturn(life, world.folder)
  await watched.notes()
  await quit(life)
  await watched.end()
  const { evidence } = world

  const hits = evidence.search([...life.canaries, ...provider.issued()])
  const isTyped = (hit: Hit): boolean =>
    hit.channel === 'ipc' && typed.some((frame) => frame === frameOf(hit))
  const isForProvider = ({ channel, where, secretKind }: Hit): boolean =>
    channel === 'network' && where === `main ${provider.issuer}` && !/key|passphrase/.test(secretKind)
  expect(hits.filter((hit) => !isTyped(hit) && !isForProvider(hit))).toEqual([])
  expect(
    typed.filter((frame) => !hits.some((hit) => hit.channel === 'ipc' && frameOf(hit) === frame))
  ).toEqual([])

  const shown = evidence.search([key]).map(({ channel, where }) => `${channel}: ${where}`)
  expect(new Set(shown)).toEqual(new Set(['labels: dialog', 'ipc: to main latchkey:request:openImport']))
  const files = evidence.places('files')
  for (const name of ['/home/all.latchkey.age', '/data/recovery/latchkey-recovery.age']) {
    expect(files.some((place) => place.endsWith(name))).toBe(true)
  }
  expect(evidence.size('renderer heap').bytes).toBeGreaterThan(10_000_000)
})
