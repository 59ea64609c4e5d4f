import { unpack } from '#shared/packed-list.ts'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../../src-main/core/secret.ts'
import { openCatalog } from '../../../src-main/storage/catalog/catalog.ts'
import { ExtensionSettings } from '../../../src-main/storage/views/extension-settings.ts'
import { McpTokenStorage } from '../../../src-main/storage/views/mcp-token-storage.ts'
import type { ViewPorts } from '../../../src-main/storage/views/named-entries.ts'
import { ProviderKeyStorage } from '../../../src-main/storage/views/provider-key-storage.ts'
import { ToolKeyStorage } from '../../../src-main/storage/views/tool-key-storage.ts'
import { openTestVault } from '../../support/vault-harness.ts'
import { shownCredentials } from '../../support/shown-credentials.ts'

const secrets = {
  provider: 'provider-key-0123456789',
  tool: 'tool-key-0123456789',
  mcp: 'mcp-access-0123456789',
  refresh: 'mcp-refresh-0123456789',
  extension: 'extension-secret-0123456789\n#second line'
}
const textOf = (secret: Secret | null | undefined): string | null => secret?.expose((text) => text) ?? null

async function openViews(home: string) {
  const { vault } = await openTestVault({ home })
  onTestFinished(() => vault.close())
  const ports: ViewPorts = {
    repository: vault.repository,
    clock: { now: () => new Date() },
    exclusively: (ref, task) => vault.tokens.exclusively(ref, task)
  }
  const catalog = await openCatalog(join(home, 'paths.db'))
  onTestFinished(() => catalog.close())
  return {
    vault,
    folder: join(home, 'extension'),
    keys: new ProviderKeyStorage(ports),
    tools: new ToolKeyStorage({ ...ports, paths: catalog }),
    mcp: new McpTokenStorage(ports),
    settings: new ExtensionSettings({ ...ports, extension: 'My Extension', folder: join(home, 'extension') })
  }
}

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-views-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

async function textOfAllFiles(folder: string): Promise<string> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((each) => each.isFile())
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')))
  return texts.join('\n')
}

test('Keys, MCP credentials and extension secrets are in one real keychain, are listed by the app, and outlive a restart', async () => {
  const home = await newHome()
  const first = await openViews(home)
  const heard: string[] = []
  first.vault.on('changed', ({ upserted, removed }) => {
    heard.push(...unpack(upserted).map(({ service }) => service), ...removed.map(() => 'removed'))
  })
  await first.keys.saveKey('work', `${secrets.provider}\r\n`)
  await first.tools.saveKey('exa', secrets.tool)
  await first.mcp.setCredentials({
    serverName: 'Linear (work)',
    token: { accessToken: secrets.mcp, refreshToken: secrets.refresh, tokenType: 'Bearer', scope: 'read' }
  })
  await first.settings.set({ kind: 'secret', name: 'API_TOKEN', value: new Secret(secrets.extension) })
  await first.settings.set({ kind: 'plain', name: 'REGION', value: 'eu # west' })
  expect(new Set(heard.map((service) => service.slice(0, 12)))).toEqual(
    new Set(['provider-key', 'tool.exa', 'mcp.linear__', 'extension.my'])
  )

  const shown = await shownCredentials(first.vault)
  const rows = shown.map(({ kind, name, account, backend }) => [kind, name, account, backend].join(' | '))
  expect(rows.toSorted()).toEqual([
    'api-key | Exa | default | keychain',
    'api-key | Provider key | work | keychain',
    expect.stringMatching(
      /^extension \| Latchkey Extension My_Extension\.x[0-9a-f]{32} \| API_TOKEN \| keychain$/
    ),
    'mcp | Linear (work) | default | keychain'
  ])
  for (const secret of Object.values(secrets)) expect(JSON.stringify(shown)).not.toContain(secret)
  await first.vault.close()

  const next = await openViews(home)
  expect(textOf(await next.keys.getKey('work'))).toBe(secrets.provider)
  expect(textOf(await next.tools.resolveKey('exa'))).toBe(secrets.tool)
  const all = await next.mcp.getAllCredentials()
  expect(textOf(all.credentials.get('Linear (work)')?.token.refreshToken)).toBe(secrets.refresh)
  expect(await next.settings.get('REGION')).toMatchObject({ kind: 'plain', value: 'eu # west' })
  const setting = await next.settings.get('API_TOKEN')
  expect(setting?.kind === 'secret' && textOf(setting.value)).toBe(secrets.extension)
  const files = await textOfAllFiles(home)
  expect(files).toContain('REGION=')
  for (const secret of Object.values(secrets)) expect(files).not.toContain(secret.slice(0, 20))

  expect([
    await next.keys.deleteKey('work'),
    await next.tools.deleteKey('exa'),
    await next.mcp.clearAll()
  ]).toEqual([true, true, 1])
  expect(await next.settings.remove('API_TOKEN')).toBe(true)
  expect(await shownCredentials(next.vault)).toEqual([])
})

test('A named key can be read with the keyring’s own tool, and a key that was damaged there is unreadable and stays', async () => {
  const { keys, vault } = await openViews(await newHome())
  await keys.saveKey('shared', secrets.provider)
  const attributes = ['service', 'latchkey', 'username', '["provider-key","shared"]']
  const secretTool = (args: string[], input = '') =>
    spawnSync('secret-tool', args, { encoding: 'utf8', input })
  expect(secretTool(['lookup', ...attributes]).stdout).toContain(secrets.provider)
  expect(secretTool(['store', '--label=x', ...attributes], 'not a record').status).toBe(0)
  await expect(keys.getKey('shared')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(secretTool(['lookup', ...attributes]).stdout).toBe('not a record')
  expect((await shownCredentials(vault))[0]?.status.kind).toBe('unreadable')
  expect([await keys.deleteKey('shared'), await keys.listKeys()]).toEqual([true, []])
})
