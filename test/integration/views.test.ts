import { unpack } from '#shared/packed-list.ts'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { VaultEvents } from '#shared/ipc.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'
import { shownCredentials } from '../support/shown-credentials.ts'

const textOf = (secret: Secret | null): string | null => secret?.expose((text) => text) ?? null
const mcpToken = {
  serverName: 'https://mcp.example.org/sse',
  token: { accessToken: 'mcp_at_0123456789', tokenType: 'Bearer' },
  updatedAt: 0
}

let home = ''
let folder = ''
let harness: Harness

beforeEach(async () => {
  home = await newVaultHome()
  folder = await mkdtemp(join(tmpdir(), 'latchkey-extension-'))
  harness = await openTestVault({ home })
})
afterEach(async () => {
  await harness.vault.close()
  await removeVaultHome(home)
  await rm(folder, { recursive: true, force: true })
})

async function listed(): Promise<string[]> {
  const credentials = await shownCredentials(harness.vault)
  return credentials.map(({ kind, name, account }) => `${kind} · ${name} · ${account}`).toSorted()
}

/** Saves one secret of each kind, as a command, a tool, an MCP host and an extension would. */
async function saveOneOfEach(): Promise<void> {
  const { providerKeys, toolKeys, mcpTokens, extensionSettings } = harness.vault.views
  await (await providerKeys.get()).saveKey('work', ' sk-work-0123456789\n')
  await (await toolKeys.get()).saveKey('exa', 'exa-0123456789')
  await (await mcpTokens.get()).setCredentials(mcpToken)
  const settings = extensionSettings('Weather', folder)
  await settings.set({ kind: 'secret', name: 'WEATHER_KEY', value: new Secret('w-0123456789') })
  await settings.set({ kind: 'plain', name: 'WEATHER_UNIT', value: 'celsius' })
}

test('What is saved through a view is listed as a credential of its kind, and the window is told', async () => {
  const changes: VaultEvents['changed'][] = []
  harness.vault.on('changed', (change) => changes.push(change))
  await saveOneOfEach()
  expect(await listed()).toEqual([
    'api-key · Exa · default',
    'api-key · Provider key · work',
    'extension · Latchkey Extension Weather · WEATHER_KEY',
    'mcp · https://mcp.example.org/sse · default'
  ])
  const told = changes.flatMap(({ upserted }) => unpack(upserted).map(({ kind }) => kind))
  expect(new Set(told)).toEqual(new Set(['api-key', 'mcp', 'extension']))
  expect(await readFile(join(folder, '.env'), 'utf8')).not.toContain('w-0123456789')
})

test('After a restart every view finds what it stored, in the keychain and nowhere else', async () => {
  await saveOneOfEach()
  await harness.vault.close()
  harness = await openTestVault({ home })
  const { providerKeys, toolKeys, mcpTokens, extensionSettings } = harness.vault.views
  expect(textOf(await (await providerKeys.get()).getKey('work'))).toBe('sk-work-0123456789')
  expect(textOf(await (await toolKeys.get()).resolveKey('exa'))).toBe('exa-0123456789')
  const found = await (await mcpTokens.get()).getCredentials(mcpToken.serverName)
  expect(textOf(found?.token.accessToken ?? null)).toBe(mcpToken.token.accessToken)
  const settings = extensionSettings('Weather', folder)
  expect(await settings.list()).toEqual([
    { kind: 'secret', name: 'WEATHER_KEY' },
    { kind: 'plain', name: 'WEATHER_UNIT' }
  ])
  const credentials = await shownCredentials(harness.vault)
  expect(credentials.map(({ backend }) => backend)).toEqual(Array(4).fill('keychain'))
})

test('Removing one in the window takes it from its view', async () => {
  await saveOneOfEach()
  const credentials = await shownCredentials(harness.vault)
  for (const { id } of credentials) await harness.vault.handlers.remove(id)
  const { providerKeys, toolKeys, mcpTokens } = harness.vault.views
  expect(await (await providerKeys.get()).listKeys()).toEqual([])
  expect(await (await toolKeys.get()).hasKey('exa')).toBe(false)
  expect(await (await mcpTokens.get()).listServers()).toEqual([])
})
