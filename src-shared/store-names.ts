import type { BackendId } from './credential.ts'

/** What the kinds of store are called inside a sentence. */
export const storeNames: Readonly<Record<BackendId, string>> = {
  keychain: 'the keychain',
  'encrypted-file': 'encrypted files',
  memory: 'memory',
  'plain-file': 'unencrypted files',
  sops: 'SOPS files',
  custom: 'a custom store'
}
