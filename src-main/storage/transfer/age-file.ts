import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../../core/secret.ts'
import type { Sealing } from '../../core/transfer/transfer-ports.ts'
import { PassphraseIdentity, PassphraseRecipient } from './age-passphrase.ts'

const ARMOR_HEAD = '-----BEGIN AGE ENCRYPTED FILE-----'
const BINARY_HEAD = 'age-encryption.org/v1\n'
const identityText = /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/
const recipientText = /^age1[0-9a-z]{58}$/
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** True for an age file, armored or binary, for any recipient. */
export function isSealedText(text: string): boolean {
  return text.trimStart().startsWith(ARMOR_HEAD) || text.startsWith(BINARY_HEAD)
}

/** Makes a new recovery key and its public side. */
export async function newRecoveryKey(): Promise<{ key: Secret; recipient: string }> {
  const identity = await generateX25519Identity()
  return { key: new Secret(identity), recipient: await identityToRecipient(identity) }
}

/** Seals a text as an armored age file. Throws CONFIG_INVALID for an invalid recipient. */
export async function seal(text: string, sealing: Sealing): Promise<string> {
  const encrypter = new Encrypter()
  if (sealing.kind === 'passphrase') {
    encrypter.addRecipient(new PassphraseRecipient(sealing.passphrase))
  } else {
    if (!recipientText.test(sealing.recipient)) throw badRecipient()
    try {
      encrypter.addRecipient(sealing.recipient)
    } catch {
      throw badRecipient()
    }
  }
  return armor.encode(await encrypter.encrypt(text))
}

/**
 * Opens an age file with its passphrase or its key. Throws INVALID_REQUEST if the secret does not fit, and
 * CREDENTIAL_UNREADABLE if the file is damaged: one changed bit is enough.
 */
export async function unseal(sealed: string, secret: Secret): Promise<string> {
  const bytes = bytesOf(sealed)
  const isKey = secret.expose((text) => identityText.test(text.trim()))
  return isKey ? await withKey(bytes, secret) : await withPassphrase(bytes, secret)
}

async function withPassphrase(bytes: Uint8Array, passphrase: Secret): Promise<string> {
  const identity = new PassphraseIdentity(passphrase)
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  try {
    return strictUtf8.decode(await decrypter.decrypt(bytes))
  } catch {
    if (identity.attempt === 'refused') throw wrong('The passphrase does not open this file.')
    if (identity.attempt === 'too-costly') throw wrong('This file asks for more memory than an export needs.')
    if (identity.attempt === 'not-asked' && isWellFormed(bytes)) {
      throw wrong('This file was not sealed with a passphrase. Type its recovery key, AGE-SECRET-KEY-1…')
    }
    throw damaged()
  }
}

async function withKey(bytes: Uint8Array, key: Secret): Promise<string> {
  const decrypter = new Decrypter()
  try {
    key.expose((text) => decrypter.addIdentity(text.trim()))
  } catch {
    throw wrong('The recovery key is mistyped. It is 74 characters and begins with AGE-SECRET-KEY-1.')
  }
  const fileKey = await decrypter.decryptHeader(bytes).catch(() => null)
  if (fileKey === null) {
    if (isWellFormed(bytes)) throw wrong('The recovery key does not open this file.')
    throw damaged()
  }
  try {
    return strictUtf8.decode(await decrypter.decrypt(bytes))
  } catch {
    throw damaged()
  }
}

/**
 * Returns the bytes of the file. An armored file must have the spelling that `seal` writes; its line ends may
 * be CRLF.
 */
function bytesOf(sealed: string): Uint8Array {
  if (!sealed.trimStart().startsWith(ARMOR_HEAD)) return Buffer.from(sealed, 'latin1')
  const text = `${sealed.replaceAll('\r\n', '\n').replaceAll(/^[ \t\n]+|[ \t\n]+$/g, '')}\n`
  try {
    const bytes = armor.decode(text)
    if (armor.encode(bytes) === text) return bytes
  } catch {
    // The file is damaged; the error is thrown below.
  }
  throw damaged()
}

/** Returns whether the file begins with a complete header of age. */
function isWellFormed(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 100_000)).toString('latin1')
  return /^age-encryption\.org\/v1\n(?:-> [^\n]+\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)+--- [A-Za-z0-9+/]{43}\n/.test(
    head
  )
}

function wrong(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}

function damaged(): VaultError {
  return new VaultError('CREDENTIAL_UNREADABLE', {
    message: 'The file is damaged or was changed. Nothing was imported; use another copy of it.'
  })
}

function badRecipient(): VaultError {
  return new VaultError('CONFIG_INVALID', {
    message: 'The public side of the recovery key is not valid. Create a new key.'
  })
}
