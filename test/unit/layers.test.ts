import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** File in its layer, an import it must not have, an import it may have. */
const rules: readonly (readonly [file: string, forbidden: string, allowed: string])[] = [
  ['src-shared/a.ts', 'node:fs', './problem.ts'],
  ['src-shared/b.ts', '../src-main/core/secret.ts', 'valibot'],
  ['src-main/core/a.ts', 'node:crypto', './secret.ts'],
  ['src-main/core/b.ts', '../storage/catalog/catalog.ts', '#shared/problem.ts'],
  ['src-main/core/c.ts', 'electron', './ports.ts'],
  ['src-main/core/d.ts', 'valibot', './provider.ts'],
  ['src-main/core/tokens/a.ts', '../../storage/secure-store.ts', '../ports.ts'],
  ['src-main/core/tokens/b.ts', 'node:timers', '../sign-in/sign-out.ts'],
  ['src-main/storage/a.ts', '../oauth/oauth-client.ts', '../core/secret.ts'],
  ['src-main/storage/b.ts', 'electron', 'node:sqlite'],
  ['src-main/storage/c.ts', '../vault.ts', '@napi-rs/keyring'],
  ['src-main/storage/d.ts', '../config.ts', 'valibot'],
  ['src-main/storage/e.ts', 'lucide-react', 'age-encryption'],
  ['src-main/storage/f.ts', 'react', 'yaml'],
  ['src-main/storage/g.ts', 'knip', 'koffi'],
  ['src-main/storage/transfer/a.ts', '../../oauth/providers/provider-rows.ts', '../credential-codec.ts'],
  ['src-main/storage/transfer/b.ts', '../../vault.ts', '../../core/secret.ts'],
  ['src-main/storage/transfer/c.ts', '@napi-rs/keyring', '@noble/ciphers/chacha.js'],
  ['src-main/storage/transfer/d.ts', 'electron', 'age-encryption'],
  ['src-main/oauth/a.ts', '../storage/catalog/catalog.ts', 'openid-client'],
  ['src-main/oauth/http/a.ts', '../../storage/catalog/catalog.ts', '../../core/ports.ts'],
  ['src-main/oauth/http/b.ts', 'electron', '../oauth-context.ts'],
  ['src-main/storage/keychain/a.ts', '../../oauth/oauth-client.ts', '../../core/secret.ts'],
  ['src-main/storage/keychain/b.ts', '../../vault.ts', '../files/atomic-file.ts'],
  ['src-main/oauth/provider-rows/a.ts', '../discovery.ts', '../../core/provider.ts'],
  ['src-main/oauth/provider-rows/b.ts', 'openid-client', './base.ts'],
  ['src-main/oauth/b.ts', '../shell/tray.ts', '#shared/ipc.ts'],
  ['src-main/broker/a.ts', 'react', '../core/ports.ts'],
  ['src-main/vault.ts', 'electron', './storage/catalog/catalog.ts'],
  ['src-main/vault-doctor.ts', './shell/tray.ts', './storage/catalog/catalog.ts'],
  ['src-main/vault-transfer.ts', './shell/tray.ts', './storage/transfer/age-file.ts'],
  ['src-main/vault-recovery.ts', './shell/tray.ts', './storage/transfer/age-file.ts'],
  ['src-main/vault-ports.ts', 'electron', './config.ts'],
  ['src-main/vault-sign-ins.ts', './shell/tray.ts', './oauth/oauth-client.ts'],
  ['src-main/headless-home.ts', 'electron', './config.ts'],
  ['src-main/headless-sign-out.ts', './shell/tray.ts', './headless-home.ts'],
  ['src-main/headless-sign-out-notes.ts', './shell/tray.ts', './headless-home.ts'],
  ['src-main/headless-transfer.ts', 'electron', './vault-transfer.ts'],
  ['src-main/headless.ts', './shell/tray.ts', './vault.ts'],
  ['src-main/shell/a.ts', '../storage/catalog/catalog.ts', 'electron'],
  ['src-main/shell/b.ts', '../vault.ts', '../core/tray-status.ts'],
  ['src-main/shell/c.ts', 'openid-client', 'node:path'],
  ['src-main/shell/d.ts', 'koffi', 'dbus-native'],
  ['src-preload/a.ts', 'node:fs', 'electron'],
  ['src-preload/b.ts', '../src-main/core/secret.ts', '#shared/bridge.ts'],
  ['src-renderer/list/a.ts', 'electron', 'react'],
  ['src-renderer/list/b.ts', 'node:fs', '@base-ui/react/dialog'],
  ['src-renderer/list/c.ts', '../../src-main/core/secret.ts', '../text/text.ts'],
  ['src-renderer/list/d.ts', 'openid-client', 'lucide-react'],
  ['src-cli/a.ts', '../src-main/vault.ts', 'node:net'],
  ['src-cli/b.ts', 'electron', '#shared/problem.ts']
]

type Finding = { readonly code: string; readonly filename: string }
let folder = ''

/** Runs the project's own configuration over one file per row and gives the files it found fault with. */
async function lint(importOf: (row: (typeof rules)[number]) => string): Promise<string[]> {
  await rm(join(folder, 'src-main'), { recursive: true, force: true })
  for (const row of rules) {
    const path = join(folder, row[0])
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `import * as x from '${importOf(row)}'\nexport const y = x\n`)
  }
  const oxlint = resolve('node_modules/.bin/oxlint')
  const output = await new Promise<string>((done) => {
    execFile(oxlint, ['--format=json', '.'], { cwd: folder }, (_error, stdout) => done(stdout))
  })
  const { diagnostics } = JSON.parse(output) as { diagnostics: Finding[] }
  return diagnostics
    .filter(({ code }) => code.includes('no-restricted-imports'))
    .map(({ filename }) => filename.replaceAll('\\', '/'))
    .toSorted()
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-layers-'))
  await cp('.oxlintrc.json', join(folder, '.oxlintrc.json'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the import rules of ARCHITECTURE.md', () => {
  it('refuse each of the forbidden imports and nothing else', async () => {
    expect(await lint(([, forbidden]) => forbidden)).toEqual(rules.map(([file]) => file).toSorted())
  })

  it('let each of the allowed imports through', async () => {
    expect(await lint(([, , allowed]) => allowed)).toEqual([])
  })
})
