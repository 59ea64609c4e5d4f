import { join } from 'node:path'
import { assertNever } from '#shared/problem.ts'
import type { SecretBackend } from '../../core/ports.ts'
import type { BackendConfig } from './backend-config.ts'
import { createCustomBackend } from './custom-backend.ts'
import { createEncryptedFileBackend } from './encrypted-file-backend.ts'
import { createMemoryBackend } from './memory-backend.ts'
import { createPlainFileBackend } from './plain-file-backend.ts'
import { createSopsBackend } from './sops-backend.ts'

export type BackendPorts = {
  /** Folder of the stores whose folder is not configured. */
  readonly home: string
  readonly keychain: () => SecretBackend
  /** Called with a sentence for a person about a store with poor protection or none. */
  readonly onWarning: (sentence: string) => void
  readonly now: () => Date
}

const ENDS_WITH_PROCESS =
  'Secrets are kept in memory only: they are gone when Latchkey ends, and other processes do not see them.'

/** Folders of the encrypted files and of their key. */
export function encryptedFolders(
  home: string,
  config: Extract<BackendConfig, { type: 'encrypted-file' }>
): { readonly dir: string; readonly keyDir: string } {
  return {
    dir: config.directory ?? join(home, 'encrypted'),
    keyDir: config.keyDirectory ?? join(home, 'encrypted-key')
  }
}

/**
 * Creates the backend that the configuration describes; nothing is written yet. Throws CONFIG_INVALID for
 * settings that the kind refuses: plain text without `insecurePlainText`, a module that can't be used.
 */
export async function createSecretBackend(
  config: BackendConfig,
  ports: BackendPorts
): Promise<SecretBackend> {
  const { home, onWarning, now } = ports
  switch (config.type) {
    case 'keychain':
      return ports.keychain()
    case 'memory':
      onWarning(ENDS_WITH_PROCESS)
      return createMemoryBackend()
    // Its own folders: `sealed` is the keychain's fallback and must stay apart in a move between the two.
    case 'encrypted-file':
      return createEncryptedFileBackend({
        ...encryptedFolders(home, config),
        protection: config.protection
      })
    case 'plain-file':
      return createPlainFileBackend({
        dir: config.directory ?? join(home, 'auth', 'tokens'),
        insecurePlainText: config.insecurePlainText,
        onWarning
      })
    case 'sops': {
      const { directory, ageKeyFile, recipients } = config
      const dir = directory ?? join(home, 'auth', 'tokens')
      return createSopsBackend({ dir, ageKeyFile, now, ...(recipients && { recipients }) })
    }
    case 'custom':
      return createCustomBackend(config)
    default:
      return assertNever(config)
  }
}
