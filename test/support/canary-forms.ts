/** One form of a secret, as the bytes to look for. */
export type SecretForm = { readonly name: string; readonly bytes: Buffer }

const SHORTEST = 16

/**
 * Returns every form in which a secret is looked for. Forms with the same bytes are listed once, under the
 * first name. Halves are among them, because a text may be cut, and half a secret is a leak, too. Throws
 * RangeError for fewer than 16 characters: those are found by accident.
 */
export function secretForms(secret: string): readonly SecretForm[] {
  if (secret.length < SHORTEST) throw new RangeError(`A canary needs ${String(SHORTEST)} characters.`)
  const found = new Map<string, SecretForm>()
  for (const [name, bytes] of allForms(secret)) {
    const key = bytes.toString('latin1')
    if (!found.has(key)) found.set(key, { name, bytes })
  }
  return [...found.values()]
}

type Named = readonly [name: string, bytes: Buffer]

function allForms(secret: string): readonly Named[] {
  const plain = Buffer.from(secret)
  const hex = plain.toString('hex')
  const utf16 = Buffer.from(secret, 'utf16le')
  return [
    ['plain', plain],
    ...halves(secret),
    ...[0, 1, 2].flatMap((shift) => base64Forms(plain, shift)),
    ['hex', Buffer.from(hex)],
    ['hex, upper case', Buffer.from(hex.toUpperCase())],
    ['UTF-16 LE', utf16],
    ['UTF-16 BE', Buffer.from(utf16).swap16()],
    ['percent', Buffer.from(encodeURIComponent(secret))],
    ['percent, form', Buffer.from(new URLSearchParams({ x: secret }).toString().slice(2))],
    ['percent, every byte', Buffer.from(everyByte(hex))],
    ['percent, every byte in upper case', Buffer.from(everyByte(hex.toUpperCase()))],
    ['JSON', Buffer.from(JSON.stringify(secret).slice(1, -1))],
    ['JSON, every character', Buffer.from(everyCharacter(secret))]
  ]
}

/** The halves of a secret. Empty: they are too short to be unique. */
function halves(secret: string): readonly Named[] {
  if (secret.length < 2 * SHORTEST) return []
  const middle = secret.length >> 1
  return [
    ['first half', Buffer.from(secret.slice(0, middle))],
    ['second half', Buffer.from(secret.slice(middle))]
  ]
}

/**
 * The characters of a base64 text that depend on the secret alone, whatever surrounds it, if the secret
 * begins `shift` bytes after a group of three.
 */
function base64Forms(plain: Buffer, shift: number): readonly Named[] {
  const padded = Buffer.concat([Buffer.alloc(shift), plain])
  const first = Math.ceil((shift * 8) / 6)
  const last = Math.floor((padded.length * 8) / 6)
  const text = padded.toString('base64').slice(first, last)
  const url = text.replaceAll('+', '-').replaceAll('/', '_')
  const where = shift === 0 ? '' : `, shifted by ${String(shift)}`
  return [
    [`base64${where}`, Buffer.from(text)],
    [`base64url${where}`, Buffer.from(url)]
  ]
}

function everyByte(hex: string): string {
  return hex.replaceAll(/../g, (byte) => `%${byte}`)
}

function everyCharacter(secret: string): string {
  return secret
    .split('')
    .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
