import { armor, Encrypter } from 'age-encryption'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { isSealedText, newRecoveryKey, seal, unseal } from './age-file.ts'

const PASSPHRASE = new Secret('four words that nobody guesses')
const byPassphrase = { kind: 'passphrase', passphrase: PASSPHRASE } as const
const CANARY = 'cnry_0123456789abcdefghij'

/** Seals by the package itself, in a thousandth of the time that `seal` takes: scrypt's cost stands in the file. */
async function sealedCheaply(passphrase: string): Promise<string> {
  const elsewhere = new Encrypter()
  elsewhere.setScryptWorkFactor(10)
  elsewhere.setPassphrase(passphrase)
  return armor.encode(await elsewhere.encrypt(CANARY))
}

async function refusal(task: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await task.then(
    () => null,
    (reason: unknown) => reason as { code: string; message: string }
  )
  if (error === null) throw new Error('it was accepted')
  return { code: error.code, message: error.message }
}

describe('what is sealed for a recovery key', () => {
  it('opens with it, also when it was pasted with CRLF and blank lines around', async () => {
    const { key, recipient } = await newRecoveryKey()
    const sealed = await seal(CANARY, { kind: 'recipient', recipient })
    expect(isSealedText(sealed)).toBe(true)
    expect(sealed).not.toContain(CANARY)
    expect(await unseal(sealed, key)).toBe(CANARY)
    expect(await unseal(`\n  ${sealed.replaceAll('\n', '\r\n')}\n`, key)).toBe(CANARY)
    expect(await unseal(Buffer.from(armor.decode(sealed)).toString('latin1'), key)).toBe(CANARY)
  })

  it('does not open when any byte of it was changed', async () => {
    const { key, recipient } = await newRecoveryKey()
    const sealed = Buffer.from(await seal(CANARY, { kind: 'recipient', recipient }))
    const accepted: number[] = []
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      const opened = await unseal(changed.toString('latin1'), key).catch(() => null)
      if (opened !== null) accepted.push(at)
    }
    expect(sealed.length).toBeGreaterThan(300)
    expect(accepted).toEqual([])
  }, 60_000)

  it('does not open with another key, a mistyped one or a passphrase, and each is said', async () => {
    const { recipient } = await newRecoveryKey()
    const sealed = await seal(CANARY, { kind: 'recipient', recipient })
    const { key: other } = await newRecoveryKey()
    expect(await refusal(unseal(sealed, other))).toEqual({
      code: 'INVALID_REQUEST',
      message: 'The recovery key does not open this file.'
    })
    const mistyped = new Secret(other.expose((text) => text.slice(0, -1) + (text.endsWith('Q') ? 'P' : 'Q')))
    expect((await refusal(unseal(sealed, mistyped))).message).toContain('mistyped')
    expect((await refusal(unseal(sealed, PASSPHRASE))).message).toContain('not sealed with a passphrase')
  })

  it('can not be sealed for what is no recipient', async () => {
    for (const recipient of ['age1', 'ssh-ed25519 AAAA', `age1${'q'.repeat(58)}`]) {
      expect((await refusal(seal(CANARY, { kind: 'recipient', recipient }))).code).toBe('CONFIG_INVALID')
    }
  })
})

describe('what is sealed with a passphrase', () => {
  it('opens with it alone; scrypt does not hold the event loop up', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 10)
    const sealed = await seal(CANARY, byPassphrase)
    const opened = await unseal(sealed, PASSPHRASE)
    clearInterval(timer)
    expect(opened).toBe(CANARY)
    // Each takes most of a second; on the event loop other work would not get a turn meanwhile.
    expect(turns).toBeGreaterThan(10)
    expect(await refusal(unseal(sealed, new Secret('four words that nobody guesse')))).toEqual({
      code: 'INVALID_REQUEST',
      message: 'The passphrase does not open this file.'
    })
    const { key } = await newRecoveryKey()
    expect((await refusal(unseal(sealed, key))).code).toBe('INVALID_REQUEST')
  }, 180_000)

  it('opens however the letters of the passphrase are composed, here or where it was sealed', async () => {
    const composed = 'f\u00fcnf W\u00f6rter, die keiner r\u00e4t'
    const sealed = await seal(CANARY, {
      kind: 'passphrase',
      passphrase: new Secret(composed.normalize('NFD'))
    })
    expect(await unseal(sealed, new Secret(composed))).toBe(CANARY)
    for (const form of ['NFC', 'NFD'] as const) {
      const file = await sealedCheaply(composed.normalize(form))
      expect(await unseal(file, new Secret(composed.normalize('NFC')))).toBe(CANARY)
      expect(await unseal(file, new Secret(composed.normalize('NFD')))).toBe(CANARY)
    }
  }, 180_000)

  it('does not open when a byte of a part of it was changed', async () => {
    const bytes = Buffer.from(armor.decode(await sealedCheaply(PASSPHRASE.expose((text) => text))))
    expect(await unseal(armor.encode(bytes), PASSPHRASE)).toBe(CANARY)
    const text = bytes.toString('latin1')
    const places = {
      version: text.indexOf('v1'),
      salt: text.indexOf('scrypt ') + 10,
      body: text.indexOf(' 10\n') + 10,
      mac: text.indexOf('--- ') + 10,
      nonce: text.indexOf('\n', text.indexOf('--- ')) + 3,
      payload: bytes.length - 20
    }
    for (const [part, at] of Object.entries(places)) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      const { code } = await refusal(unseal(armor.encode(changed), PASSPHRASE))
      expect([part, ['INVALID_REQUEST', 'CREDENTIAL_UNREADABLE'].includes(code)]).toEqual([part, true])
    }
    const cut = armor.encode(bytes.subarray(0, -1))
    expect((await refusal(unseal(cut, PASSPHRASE))).code).toBe('CREDENTIAL_UNREADABLE')
  }, 180_000)

  it('that asks for more memory than is given is refused before it is taken', async () => {
    const sealed = await sealedCheaply(PASSPHRASE.expose((text) => text))
    const bytes = Buffer.from(armor.decode(sealed)).toString('latin1')
    expect(bytes).toContain(' 10\n')
    const costly = armor.encode(Buffer.from(bytes.replace(' 10\n', ' 30\n'), 'latin1'))
    expect((await refusal(unseal(costly, PASSPHRASE))).message).toContain('more memory')
  }, 180_000)
})

describe('what is no age file', () => {
  it.each([['no'], ['-----BEGIN AGE ENCRYPTED FILE-----'], ['age-encryption.org/v1\n'], ['']])(
    'is refused: %j',
    async (text) => {
      expect((await refusal(unseal(text, PASSPHRASE))).code).toBe('CREDENTIAL_UNREADABLE')
    }
  )
})
