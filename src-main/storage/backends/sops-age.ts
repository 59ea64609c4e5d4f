import { armor, Decrypter, Encrypter, identityToRecipient } from 'age-encryption'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../../core/secret.ts'
import { readPrivateFile } from '../files/private-files.ts'

const DATA_KEY_LENGTH = 32
const MAX_RECIPIENTS = 50
const identityLine = /^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+$/

/** A data key wrapped for one recipient: an armored age file. */
export type WrappedKey = { readonly recipient: string; readonly enc: string }

/**
 * Reads the identities in an age key file: one per line, `#` begins a comment. Throws CONFIG_INVALID if there
 * is no such file, if it can't be read, or if it has no identity. A file that others may read is closed to
 * them.
 */
export async function readIdentities(keyFile: string): Promise<readonly Secret[]> {
  const text = await readPrivateFile(keyFile).catch(() => {
    throw badKeyFile('The age key file of the store can’t be read. It must be your own file, not a link.')
  })
  if (text === null) throw badKeyFile('The age key file of the store does not exist.')
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (identities.length === 0 || !identities.every((line) => identityLine.test(line))) {
    throw badKeyFile('The age key file of the store was not made by age-keygen.')
  }
  return identities.map((line) => new Secret(line))
}

/** Returns the public side of an identity: `age1…`. Throws CONFIG_INVALID if the identity is damaged. */
export function recipientOf(identity: Secret): Promise<string> {
  return identity.expose(async (text) => {
    try {
      return await identityToRecipient(text)
    } catch {
      throw badKeyFile('An identity in the age key file of the store is damaged.')
    }
  })
}

/**
 * Wraps the key for each recipient separately, as SOPS does. Throws CONFIG_INVALID for an invalid age
 * recipient.
 */
export async function wrapDataKey(dataKey: Buffer, recipients: readonly string[]): Promise<WrappedKey[]> {
  if (recipients.length === 0 || recipients.length > MAX_RECIPIENTS) throw badRecipient()
  return Promise.all(
    recipients.map(async (recipient) => {
      try {
        const encrypter = new Encrypter()
        encrypter.addRecipient(recipient)
        return { recipient, enc: armor.encode(await encrypter.encrypt(dataKey)) }
      } catch {
        throw badRecipient()
      }
    })
  )
}

/**
 * Unwraps the data key; the caller zeroes it. Throws CREDENTIAL_UNREADABLE if no identity opens any of the
 * wrapped keys.
 */
export async function unwrapDataKey(
  wrapped: readonly WrappedKey[],
  identities: readonly Secret[]
): Promise<Buffer> {
  for (const { enc } of wrapped.slice(0, MAX_RECIPIENTS)) {
    try {
      const decrypter = new Decrypter()
      for (const identity of identities) identity.expose((text) => decrypter.addIdentity(text))
      const bytes = Buffer.from(await decrypter.decrypt(armor.decode(enc)))
      if (bytes.length === DATA_KEY_LENGTH) return bytes
    } catch {
      // The key is wrapped for another recipient, or damaged: the next one may open.
    }
  }
  throw new VaultError('CREDENTIAL_UNREADABLE', {
    message:
      'No identity in the age key file opens this entry. It was left untouched; add the key that it was encrypted for.'
  })
}

function badKeyFile(what: string): VaultError {
  return new VaultError('CONFIG_INVALID', {
    message: `${what} Make one with age-keygen, or name another file.`
  })
}

function badRecipient(): VaultError {
  return new VaultError('CONFIG_INVALID', {
    message: `The SOPS store needs 1 to ${MAX_RECIPIENTS} age recipients, each beginning with age1.`
  })
}
