import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { noDialogs } from '../../src-main/vault/transfer.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'
import { startKeyringSession } from './storage/keyring-session.ts'
import { shownCredentials } from '../support/shown-credentials.ts'

const TWIN = { service: 'stripe', account: 'acme' }
const keys = [
  { ...TWIN, name: 'Stripe', key: 'sk_test_0123456789abcdefghij' },
  { service: 'openai', account: 'ana', name: 'OpenAI', key: 'sk-proj-0123456789abcdefghij' }
] as const

type Twin = 'an item of another program' | 'an item in a locked collection'

function addTwin(kind: Twin, environment: NodeJS.ProcessEnv): void {
  const account = credentialKey(TWIN)
  const made =
    kind === 'an item in a locked collection'
      ? spawnSync(
          '/usr/bin/python3',
          [join(import.meta.dirname, '../fixtures/second-collection.py'), 'latchkey', account],
          { env: environment, encoding: 'utf8' }
        )
      : spawnSync(
          'secret-tool',
          ['store', '--label=theirs', 'service', 'latchkey', 'username', account, 'application', 'other'],
          { env: environment, input: 'theirs', encoding: 'utf8' }
        )
  if (made.status !== 0) throw new Error(`No twin was made: ${made.stderr}`)
}

/** Removes the twin as a person does in the keychain’s own app. */
function removeTwin(kind: Twin, env: NodeJS.ProcessEnv): void {
  if (kind === 'an item of another program')
    spawnSync('secret-tool', ['clear', 'service', 'latchkey', 'application', 'other'], { env })
  else
    spawnSync(
      'gdbus',
      [
        'call',
        '--session',
        '--dest',
        'org.freedesktop.secrets',
        '--object-path',
        '/org/freedesktop/secrets/collection/second',
        '--method',
        'org.freedesktop.Secret.Collection.Delete'
      ],
      { env }
    )
}

/** A vault with two keys on a keyring of its own; the first key has a twin. */
async function vaultWithTwin(kind: Twin) {
  const { environment, startDaemon, close } = await startKeyringSession()
  onTestFinished(close)
  await startDaemon()
  const home = await newVaultHome()
  onTestFinished(() => removeVaultHome(home))
  const exported = join(home, 'out.age')
  const { vault } = await openTestVault({
    home,
    helperEnvironment: environment,
    dialogs: { ...noDialogs, chooseFileToSave: async () => exported }
  })
  onTestFinished(() => vault.close())
  for (const key of keys)
    await vault.handlers.addApiKey({ ...key, allowedHosts: [], expiresAt: null, replace: false })
  addTwin(kind, environment)
  return { vault, environment }
}

describe.each<Twin>(['an item of another program', 'an item in a locked collection'])(
  'a credential with a twin, by %s',
  (kind) => {
    it('is told as what it is, and holds up nothing else', { timeout: 120_000 }, async () => {
      const { vault } = await vaultWithTwin(kind)
      const { exportVault, previewImport, addApiKey, fixDoctor } = vault.handlers
      const text = JSON.stringify([{ ...TWIN, key: 'sk_test_another' }])
      expect(await previewImport({ kind: 'text', text })).toMatchObject({
        rows: [{ state: 'refused', note: expect.stringContaining('keychain’s own app') }]
      })
      const again = { ...keys[0], key: 'sk_test_another', allowedHosts: [], expiresAt: null, replace: true }
      await expect(addApiKey(again)).rejects.toMatchObject({
        code: 'KEYCHAIN_DUPLICATE',
        message: expect.stringContaining('keychain’s own app')
      })
      const { rows } = await fixDoctor({ checks: null, readEntries: true })
      const entries = rows.find(({ id }) => id === 'entries')
      expect(entries?.fact).toContain('1 of 2; twice in the keychain: Stripe (acme)')
      expect(entries?.remedy).toMatch(/^In the keychain’s own app, remove/)

      const report = await exportVault({ passphrase: 'a passphrase of four words' })
      expect(report).toMatchObject({ exported: 1, missing: ['Stripe · acme (twice in the keychain)'] })
      const credentials = await shownCredentials(vault)
      const status = Object.fromEntries(credentials.map(({ service, status: now }) => [service, now]))
      expect(status).toMatchObject({
        stripe: { kind: 'unreadable', code: 'KEYCHAIN_DUPLICATE' },
        openai: { kind: 'valid' }
      })
    })

    it('works again when the other entry was removed', { timeout: 120_000 }, async () => {
      const { vault, environment } = await vaultWithTwin(kind)
      await vault.handlers.fixDoctor({ checks: null, readEntries: true })
      removeTwin(kind, environment)
      const report = await vault.handlers.exportVault({ passphrase: 'a passphrase of four words' })
      expect(report).toMatchObject({ exported: 2, missing: [] })
      const credentials = await shownCredentials(vault)
      expect(credentials.map(({ status }) => status.kind)).toEqual(['valid', 'valid'])
    })
  }
)
