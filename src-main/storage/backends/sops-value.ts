import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'

const ALGORITHM = 'aes-256-gcm'
/** SOPS' own length instead of the usual twelve. */
const IV_LENGTH = 32
const TAG_LENGTH = 16
const sealedValue =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/]+={0,2}),iv:([A-Za-z0-9+/]+={0,2}),tag:([A-Za-z0-9+/]+={0,2}),type:(str|int|bool)\]$/

/** The value of a leaf. Numbers are whole and safe: programs write other numbers differently. */
export type SopsLeaf = string | number | boolean

/** True for a text that has the form of a sealed value. */
export function isSealedValue(text: unknown): text is string {
  return typeof text === 'string' && sealedValue.test(text)
}

/**
 * Seals a leaf as `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`, authenticated with `path` (`a:b:`). An empty
 * text stays as it is, as in SOPS.
 */
export function sealValue(dataKey: Buffer, path: string, leaf: SopsLeaf): string {
  if (leaf === '') return ''
  const iv = randomBytes(IV_LENGTH)
  const cipher = createCipheriv(ALGORITHM, dataKey, iv, { authTagLength: TAG_LENGTH })
  cipher.setAAD(Buffer.from(path))
  const data = Buffer.concat([cipher.update(leafText(leaf), 'utf8'), cipher.final()])
  const fields = [
    `data:${data.toString('base64')}`,
    `iv:${iv.toString('base64')}`,
    `tag:${cipher.getAuthTag().toString('base64')}`,
    `type:${typeOf(leaf)}`
  ]
  return `ENC[AES256_GCM,${fields.join(',')}]`
}

/** Opens a sealed leaf. Throws CREDENTIAL_UNREADABLE for another key, another path and any change. */
export function openValue(dataKey: Buffer, path: string, text: unknown): SopsLeaf {
  if (text === '') return ''
  const parts = typeof text === 'string' ? sealedValue.exec(text) : null
  if (!parts) throw new VaultError('CREDENTIAL_UNREADABLE')
  const [, data = '', iv = '', tag = '', type = ''] = parts
  const tagBytes = Buffer.from(tag, 'base64')
  const ivBytes = Buffer.from(iv, 'base64')
  if (tagBytes.length !== TAG_LENGTH || ivBytes.length !== IV_LENGTH) {
    throw new VaultError('CREDENTIAL_UNREADABLE')
  }
  let plain: string
  try {
    const decipher = createDecipheriv(ALGORITHM, dataKey, ivBytes, { authTagLength: TAG_LENGTH })
    decipher.setAAD(Buffer.from(path))
    decipher.setAuthTag(tagBytes)
    plain = Buffer.concat([decipher.update(data, 'base64'), decipher.final()]).toString('utf8')
  } catch (error) {
    throw new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
  }
  return leafOf(type, plain)
}

/** Returns the text of a leaf, as SOPS seals it and adds it to the MAC: `True` and `False` with a capital. */
export function leafText(leaf: SopsLeaf): string {
  if (typeof leaf === 'boolean') return leaf ? 'True' : 'False'
  return String(leaf)
}

/**
 * Reads a leaf. The type itself is not authenticated, so the text must be exactly the one that its type
 * writes.
 */
function leafOf(type: string, plain: string): SopsLeaf {
  const leaf = type === 'str' ? plain : type === 'int' ? Number(plain) : plain === 'True'
  if (leafText(leaf) !== plain || (type === 'int' && !Number.isSafeInteger(leaf))) {
    throw new VaultError('CREDENTIAL_UNREADABLE')
  }
  return leaf
}

function typeOf(leaf: SopsLeaf): 'str' | 'int' | 'bool' {
  if (typeof leaf === 'string') return 'str'
  return typeof leaf === 'number' ? 'int' : 'bool'
}
