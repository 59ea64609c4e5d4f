import { VaultError } from '#shared/problem.ts'
import type { SecretBackend } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { createKeyFiles } from './key-files.ts'
import { readIdentities, recipientOf } from './sops-age.ts'
import { openDocument, readDocument, sealDocument } from './sops-document.ts'
import { isSopsTree, type SopsTree } from './sops-tree.ts'
import type { StoreLock } from '../store/store-lock.ts'
import { parseJson } from '../files/json-text.ts'

/** Read-only for the owner: the file is replaced, never written to. */
const READ_ONLY = 0o400
/** Names whose values are sealed; `key` stays readable, under the MAC. */
const SEALED_NAMES = '^(record|value)$'

export type SopsOptions = {
  readonly dir: string
  /** Absolute path of a file that `age-keygen` wrote. */
  readonly ageKeyFile: string
  /** Recipients of what is written from now on; default: the identities of the key file. */
  readonly recipients?: readonly string[]
  readonly now: () => Date
  readonly lock?: StoreLock
}

/**
 * Secrets in files of SOPS' own format, for age recipients: `{key}.token.sops.json`, 0400 (document 003).
 * Clear text never reaches the disk. A value that is a flat enough JSON object keeps its structure in the
 * file; any other value is one sealed text.
 */
export function createSopsBackend(options: SopsOptions): SecretBackend {
  const { dir, ageKeyFile, now, lock } = options
  return createKeyFiles(
    {
      id: 'sops',
      extension: '.token.sops.json',
      mode: READ_ONLY,
      encode: async (key, value) =>
        sealDocument(treeOf(key, value), {
          recipients: options.recipients ?? (await ownRecipients(ageKeyFile)),
          encryptedRegex: SEALED_NAMES,
          now: now()
        }),
      decode: async (key, text) => {
        const { metadata } = readDocument(text)
        if (metadata.encrypted_regex !== SEALED_NAMES) throw new VaultError('CREDENTIAL_UNREADABLE')
        return valueOf(key, await openDocument(text, await readIdentities(ageKeyFile)))
      },
      keyInside
    },
    { dir, ...(lock && { lock }) }
  )
}

async function ownRecipients(ageKeyFile: string): Promise<string[]> {
  const identities: readonly Secret[] = await readIdentities(ageKeyFile)
  return Promise.all(identities.map((identity) => recipientOf(identity)))
}

function treeOf(key: string, value: string): SopsTree {
  const record = parseJson(value)
  return isSopsTree(record) && JSON.stringify(record) === value ? { key, record } : { key, value }
}

/**
 * Returns the value of a tree that `treeOf` made. Throws CREDENTIAL_UNREADABLE for the file of another key or
 * with further fields.
 */
function valueOf(key: string, tree: SopsTree): string {
  const { key: stated, value, record, ...others } = tree
  const isOurs = stated === key && Object.keys(others).length === 0
  if (isOurs && typeof value === 'string' && record === undefined) return value
  if (isOurs && isSopsTree(record) && value === undefined) return JSON.stringify(record)
  throw new VaultError('CREDENTIAL_UNREADABLE')
}

function keyInside(text: string): string | null {
  const { tree } = readDocument(text)
  return 'key' in tree && typeof tree.key === 'string' ? tree.key : null
}
