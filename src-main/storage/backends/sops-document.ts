import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../../core/secret.ts'
import { unwrapDataKey, wrapDataKey } from './sops-age.ts'
import { mapLeaves, type SopsTree } from './sops-tree.ts'
import { isSealedValue, leafText, openValue, sealValue } from './sops-value.ts'
import { parseJson } from '../files/json-text.ts'

/** Version of SOPS whose format is written. */
const FORMAT_VERSION = '3.10.2'
const DATA_KEY_LENGTH = 32

const metadataSchema = v.object({
  age: v.pipe(v.array(v.object({ recipient: v.string(), enc: v.string() })), v.minLength(1)),
  lastmodified: v.pipe(v.string(), v.isoTimestamp()),
  mac: v.string(),
  encrypted_regex: v.pipe(v.string(), v.maxLength(1000)),
  version: v.string(),
  // Settings that would change which values are sealed or what the MAC covers.
  unencrypted_suffix: v.optional(v.literal('')),
  encrypted_suffix: v.optional(v.literal('')),
  unencrypted_regex: v.optional(v.literal('')),
  mac_only_encrypted: v.optional(v.literal(false)),
  shamir_threshold: v.optional(v.literal(0))
})
type Metadata = v.InferOutput<typeof metadataSchema>

export type SopsSealing = {
  readonly recipients: readonly string[]
  /**
   * Values at or below a name that this pattern matches are sealed; the others stay readable, under the MAC.
   */
  readonly encryptedRegex: string
  readonly now: Date
}

/**
 * Returns a JSON document in SOPS' own format, under a new data key. Throws CONFIG_INVALID for an invalid
 * recipient.
 */
export async function sealDocument(tree: SopsTree, sealing: SopsSealing): Promise<string> {
  const dataKey = randomBytes(DATA_KEY_LENGTH)
  try {
    const isSealed = rule(sealing.encryptedRegex)
    const lastmodified = `${sealing.now.toISOString().slice(0, 19)}Z`
    const mac = createHash('sha512')
    const sealed = mapLeaves(tree, (leaf, path) => {
      mac.update(leafText(leaf))
      return isSealed(path) ? sealValue(dataKey, aad(path), leaf) : leaf
    })
    const metadata: Metadata = {
      age: await wrapDataKey(dataKey, sealing.recipients),
      lastmodified,
      mac: sealValue(dataKey, lastmodified, mac.digest('hex').toUpperCase()),
      encrypted_regex: sealing.encryptedRegex,
      version: FORMAT_VERSION
    }
    return `${JSON.stringify({ ...sealed, sops: metadata }, null, '\t')}\n`
  } finally {
    dataKey.fill(0)
  }
}

/**
 * Opens a document that SOPS or `sealDocument` made. Throws CREDENTIAL_UNREADABLE if none of the identities
 * opens it, if a value, a plain field, the order or the MAC was changed, and for values outside `isSopsTree`.
 */
export async function openDocument(text: string, identities: readonly Secret[]): Promise<SopsTree> {
  const { tree, metadata } = readDocument(text)
  const dataKey = await unwrapDataKey(metadata.age, identities)
  try {
    const isSealed = rule(metadata.encrypted_regex)
    const mac = createHash('sha512')
    const opened = mapLeaves(tree, (leaf, path) => {
      // A sealed value in a plain place would be passed on as if it were a value.
      if (!isSealed(path) && isSealedValue(leaf)) throw new VaultError('CREDENTIAL_UNREADABLE')
      const plain = isSealed(path) ? openValue(dataKey, aad(path), leaf) : leaf
      mac.update(leafText(plain))
      return plain
    })
    const stated = openValue(dataKey, macTime(metadata.lastmodified), metadata.mac)
    if (!sameText(String(stated), mac.digest('hex').toUpperCase())) {
      throw new VaultError('CREDENTIAL_UNREADABLE')
    }
    return opened
  } finally {
    dataKey.fill(0)
  }
}

/** Reads the document without verifying it. Throws CREDENTIAL_UNREADABLE if it is not in SOPS' format. */
export function readDocument(text: string): { readonly tree: object; readonly metadata: Metadata } {
  const document = parseJson(text)
  if (typeof document !== 'object' || document === null || !('sops' in document)) {
    throw new VaultError('CREDENTIAL_UNREADABLE')
  }
  const { sops, ...tree } = document
  const parsed = v.safeParse(metadataSchema, sops)
  if (!parsed.success) throw new VaultError('CREDENTIAL_UNREADABLE')
  return { tree, metadata: parsed.output }
}

function aad(path: readonly string[]): string {
  return `${path.join(':')}:`
}

/** Returns the time as SOPS formats it, without fractions; the MAC is bound to this form. */
function macTime(lastmodified: string): string {
  return lastmodified.replace(/\.\d+/, '')
}

/**
 * Returns the rule that a name on the way to a leaf decides, as in SOPS. Throws CREDENTIAL_UNREADABLE for an
 * invalid pattern.
 */
function rule(pattern: string): (path: readonly string[]) => boolean {
  try {
    const regex = new RegExp(pattern, 'u')
    return (path) => path.some((name) => regex.test(name))
  } catch {
    throw new VaultError('CREDENTIAL_UNREADABLE')
  }
}

function sameText(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
