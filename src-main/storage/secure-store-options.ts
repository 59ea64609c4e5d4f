import { join } from 'node:path'
import type { BackendId } from '#shared/credential.ts'
import { createEncryptedFileBackend, encryptedName } from './backends/encrypted-file-backend.ts'
import type { EncryptedFileBackend } from './backends/encrypted-file-backend.ts'
import type { KeychainAccess, KeychainDeadlines } from './keychain/keychain-access.ts'
import { createKeychainBackend } from './keychain/keychain-backend.ts'
import type { KeychainBackend } from './keychain/keychain-backend.ts'
import type { KeychainLoader } from './keychain/keychain-adapter.ts'
import { OverflowFiles } from './keychain/overflow-files.ts'

type FallbackPolicy = 'allow' | 'deny'

export type SecureStoreOptions = {
  /** Folder of the encrypted files. Absent: secrets are never written to files. */
  readonly fallbackDir?: string
  /** Folder of their key; default: `<fallbackDir>-key`. */
  readonly keyDir?: string
  /** Folder of values too long for an item; default: `<fallbackDir>-overflow`. */
  readonly overflowDir?: string
  /** May secrets go to files when the keychain fails? Default: `allow` if there is a `fallbackDir`. */
  readonly fallbackPolicy?: FallbackPolicy | (() => FallbackPolicy)
  /** Source of the keychain; default: a helper process beside this module. Null: there is no keychain. */
  readonly keychainLoader?: KeychainLoader
  /** True: the keychain is never used. */
  readonly forceFiles?: boolean
  /** The catalog's keys. With them the keychain itself is never enumerated. */
  readonly knownKeys?: () => Promise<readonly string[]> | readonly string[]
  /** The backend that holds a key according to the catalog. Null: the catalog does not know. */
  readonly residence?: (key: string) => BackendId | null
  readonly deadlines?: Partial<KeychainDeadlines>
  /** Default: 1,200 characters on Windows, no limit elsewhere. */
  readonly maxItemLength?: number
  readonly caseInsensitiveAccounts?: boolean
  /** Age in milliseconds at which an overflow file of an interrupted switch is settled at the start. */
  readonly overflowGraceMs?: number
  readonly platform?: NodeJS.Platform
  /** Milliseconds of a clock that does not jump. */
  readonly now?: () => number
}

/** Windows limits an item to 1,280 characters (CRED_MAX_CREDENTIAL_BLOB_SIZE, UTF-16). */
const WINDOWS_ITEM = 1200
const GRACE_MS = 600_000

/** Creates the keychain backend that the options describe. */
export function keychainOf(
  service: string,
  options: SecureStoreOptions,
  access: KeychainAccess
): KeychainBackend {
  const { platform = process.platform, overflowGraceMs = GRACE_MS } = options
  const overflowDir = options.overflowDir ?? beside(options.fallbackDir, 'overflow')
  const onWindows = platform === 'win32'
  return createKeychainBackend({
    service,
    access,
    maxItemLength: options.maxItemLength ?? (onWindows ? WINDOWS_ITEM : Number.POSITIVE_INFINITY),
    overflow: overflowDir === null ? null : new OverflowFiles({ dir: overflowDir, graceMs: overflowGraceMs }),
    caseInsensitive: options.caseInsensitiveAccounts ?? onWindows,
    knownKeys: options.knownKeys ?? null
  })
}

/** Creates the backend of encrypted files. Null: `fallbackDir` is not set. */
export function filesOf(
  service: string,
  { fallbackDir, keyDir }: SecureStoreOptions
): EncryptedFileBackend | null {
  if (fallbackDir === undefined) return null
  return createEncryptedFileBackend({ dir: fallbackDir, keyDir: keyDir ?? `${fallbackDir}-key`, service })
}

/** Path of the file for a key in the fallback's folder. The file need not exist. */
export function sealedPath(fallbackDir: string, key: string): string {
  return join(fallbackDir, encryptedName(key))
}

function beside(dir: string | undefined, what: string): string | null {
  return dir === undefined ? null : `${dir}-${what}`
}
