import { randomBytes, scrypt } from 'node:crypto'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { type Identity, type Recipient, Stanza } from 'age-encryption'
import { Secret } from '../../core/secret.ts'

/** log2 of scrypt's cost, the value that `age` uses: 256 MiB and about a second for every guess. */
const WORK_FACTOR = 18
/** 1 GiB; a file that asks for more is refused. */
const HIGHEST_WORK_FACTOR = 20
const LABEL = Buffer.from('age-encryption.org/v1/scrypt')
const SALT_LENGTH = 16
const KEY_LENGTH = 32
const BODY_LENGTH = 32
const NONCE = new Uint8Array(12)
const workFactorText = /^[1-9]\d?$/

/**
 * The passphrase side of age's format. It seals with the composed form of the passphrase (Unicode NFC) and
 * runs scrypt in Node's thread pool: the package's own version runs in the event loop and would freeze the
 * window.
 */
export class PassphraseRecipient implements Recipient {
  readonly #passphrase: Secret

  constructor(passphrase: Secret) {
    this.#passphrase = new Secret(passphrase.expose((text) => text.normalize('NFC')))
  }

  async wrapFileKey(fileKey: Uint8Array): Promise<Stanza[]> {
    const salt = randomBytes(SALT_LENGTH)
    const key = await stretch(this.#passphrase, salt, WORK_FACTOR)
    try {
      const body = chacha20poly1305(key, NONCE).encrypt(fileKey)
      return [new Stanza(['scrypt', unpadded(salt), String(WORK_FACTOR)], body)]
    } finally {
      key.fill(0)
    }
  }
}

/** Result of a passphrase, which age's own errors do not tell. */
export type Attempt = 'not-asked' | 'too-costly' | 'refused' | 'opened'

export class PassphraseIdentity implements Identity {
  readonly #passphrase: Secret
  attempt: Attempt = 'not-asked'

  constructor(passphrase: Secret) {
    this.#passphrase = passphrase
  }

  async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
    const [stanza] = stanzas
    // A passphrase must be the only recipient: others beside it could forge files in its name.
    if (stanzas.length !== 1 || stanza?.args[0] !== 'scrypt') return null
    const [, saltText = '', factorText = '', ...more] = stanza.args
    const salt = Buffer.from(saltText, 'base64')
    const isValid = unpadded(salt) === saltText && salt.length === SALT_LENGTH && more.length === 0
    if (!isValid || stanza.body.length !== BODY_LENGTH || !workFactorText.test(factorText)) return null
    if (Number(factorText) > HIGHEST_WORK_FACTOR) {
      this.attempt = 'too-costly'
      return null
    }
    this.attempt = 'refused'
    for (const passphrase of writings(this.#passphrase)) {
      const key = await stretch(passphrase, salt, Number(factorText))
      try {
        const fileKey = chacha20poly1305(key, NONCE).decrypt(stanza.body)
        this.attempt = 'opened'
        return fileKey
      } catch {
        // Another form of the passphrase may fit.
      } finally {
        key.fill(0)
      }
    }
    return null
  }
}

/**
 * Returns every form in which the passphrase may have sealed the file: as typed here, composed and decomposed
 * (Unicode NFC and NFD), because keyboards and systems differ. Most passphrases have one form.
 */
function writings(passphrase: Secret): Secret[] {
  const texts = passphrase.expose((text) => new Set([text, text.normalize('NFC'), text.normalize('NFD')]))
  return Array.from(texts, (text) => new Secret(text))
}

function stretch(passphrase: Secret, salt: Buffer, workFactor: number): Promise<Buffer> {
  const n = 2 ** workFactor
  // The memory that this cost takes; by default Node refuses more than 32 MiB.
  const options = { N: n, r: 8, p: 1, maxmem: 128 * n * 8 + 1_048_576 }
  return new Promise((resolve, reject) => {
    passphrase.expose((text) =>
      scrypt(text, Buffer.concat([LABEL, salt]), KEY_LENGTH, options, (error, key) =>
        error === null ? resolve(key) : reject(error)
      )
    )
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
