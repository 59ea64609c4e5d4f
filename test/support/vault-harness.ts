import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ShownSecret } from '#shared/secrets.ts'
import { readConfig } from '../../src-main/config.ts'
import type { Clock } from '../../src-main/core/ports.ts'
import { FakeSurface } from '../../src-main/core/testing/fake-surface.ts'
import { forkHelper, helperKeychainLoader } from '../../src-main/storage/keychain/keychain-client.ts'
import type { VaultDialogs } from '../../src-main/core/requests/transfer-requests.ts'
import { noDialogs } from '../../src-main/vault/transfer.ts'
import type { Vault, VaultPorts } from '../../src-main/vault/vault-ports.ts'
import { createVault } from '../../src-main/vault/vault.ts'
import { systemClock } from './oauth-world.ts'

export type HarnessOptions = {
  readonly home?: string
  readonly store?: 'auto' | 'keychain' | 'file'
  /** False: as on a computer without any keychain. */
  readonly hasKeychain?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly dialogs?: VaultDialogs
  /** Environment in which the keychain helper finds its session; default: that of this process. */
  readonly helperEnvironment?: NodeJS.ProcessEnv
  /** Replaces the network; default: the real one. */
  readonly fetch?: typeof globalThis.fetch
  readonly clock?: Clock
  /** Default: no backup replaces the catalog. */
  readonly confirmRestore?: VaultPorts['confirmRestore']
}

export type Harness = {
  readonly vault: Vault
  readonly surface: FakeSurface
  readonly home: string
  readonly opened: string[]
  readonly copied: string[]
  /** Secrets that were shown in a window of their own. */
  readonly shown: ShownSecret[]
  readonly warnings: string[]
}

export async function newVaultHome(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'latchkey-vault-'))
}

export async function removeVaultHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true })
}

/**
 * The whole vault under plain Node: real catalog, real keychain helper, real network; only the windows are
 * missing.
 */
export async function openTestVault(options: HarnessOptions = {}): Promise<Harness> {
  const {
    home = await newVaultHome(),
    store = 'auto',
    hasKeychain = true,
    env = {},
    dialogs = noDialogs
  } = options
  const { fetch = globalThis.fetch, clock = systemClock } = options
  const surface = new FakeSurface()
  const opened: string[] = []
  const copied: string[] = []
  const shown: ShownSecret[] = []
  const warnings: string[] = []
  const launch = forkHelper(resolve('test/support/keychain-helper.ts'), options.helperEnvironment)
  const variables = {
    LATCHKEY_HOME: home,
    LATCHKEY_STORE: store,
    LATCHKEY_INSECURE_LOOPBACK_ISSUERS: '1',
    ...env
  }
  const vault = await createVault({
    config: readConfig(variables, ['node', 'vault']),
    clock,
    random: Math.random,
    newId: randomUUID,
    fetch,
    keychain: hasKeychain ? helperKeychainLoader(launch) : async () => null,
    surface,
    writeClipboard: async (text) => void copied.push(text),
    outlet: { copy: async (text) => void copied.push(text), show: (secret) => void shown.push(secret) },
    openInBrowser: async (url) => void opened.push(url),
    dialogs,
    ...(options.confirmRestore && { confirmRestore: options.confirmRestore }),
    warn: (sentence) => void warnings.push(sentence),
    version: '0.0.0-test'
  })
  return { vault, surface, home, opened, copied, shown, warnings }
}
