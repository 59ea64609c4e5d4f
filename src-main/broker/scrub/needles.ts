import type { Secret } from '../../core/secret.ts'

/**
 * Shortest secret and shortest needle, in bytes. A shorter one occurs by chance in unrelated answers: its removal
 * would break them, and the place of the marks would tell a caller what the secret is.
 */
const SHORTEST = 8

/**
 * Returns the byte forms in which a server may echo a secret, longest first, each once. They are meant for a
 * `Scrubber`, which ignores the case of ASCII letters; so a form that differs in case alone is not listed.
 *
 * The forms: UTF-8 and latin1; base64 (RFC 4648 sections 4 and 5); percent encoding (RFC 3986 section 2.1) and
 * application/x-www-form-urlencoded; the inside of a JSON text (RFC 8259 section 7); hexadecimal; HTML. For each name in
 * `basicUsers` also the value of `Basic` (RFC 7617) with that user, and always the one with the secret as the user.
 * Every other transformation of a secret passes a scrubber. A secret of fewer than 8 bytes of UTF-8 gives no needles.
 *
 * The needles are as confidential as the secrets. The list is empty if there is nothing to look for.
 */
export function needlesOf(
  secrets: readonly Secret[],
  basicUsers: readonly string[] = []
): readonly Uint8Array[] {
  const needles = new Map<string, Uint8Array>()
  for (const secret of secrets) {
    const forms = secret.expose((text) => formsOf(text.toWellFormed(), basicUsers))
    for (const form of forms) {
      if (form.length >= SHORTEST) needles.set(form.toString('latin1'), form)
    }
  }
  return [...needles.values()].toSorted((a, b) => b.length - a.length)
}

function formsOf(text: string, basicUsers: readonly string[]): readonly Buffer[] {
  const bytes = Buffer.from(text)
  if (bytes.length < SHORTEST) return []
  const hex = bytes.toString('hex')
  const pairs = [`${text}:`, ...basicUsers.map((user) => `${user}:${text}`)]
  const texts = [
    text,
    hex,
    ...[0, 1, 2].map((shift) => base64Inside(bytes, shift)).flatMap(bothAlphabets),
    ...[bytes, ...pairs.map((pair) => Buffer.from(pair))].flatMap(base64Whole),
    ...percentForms(text, bytes),
    ...jsonForms(text),
    ...htmlForms(text)
  ]
  return [...latin1Form(text), ...texts.map((form) => Buffer.from(form))]
}

/** Node sends a header as latin1, so that is how a server gets it. Empty: the text does not fit latin1. */
function latin1Form(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text, 'latin1')
  return bytes.toString('latin1') === text ? [bytes] : []
}

/**
 * Returns the base64 characters that depend on the bytes alone if these begin `shift` bytes after a group of three. The
 * characters at both ends that share bits with a neighbour (at most 4 bits of the secret each) are not among them.
 */
function base64Inside(bytes: Buffer, shift: number): string {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes])
  const first = Math.ceil((shift * 8) / 6)
  const last = Math.floor((shifted.length * 8) / 6)
  return shifted.toString('base64').slice(first, last)
}

/** Returns the base64 text of the bytes alone, with and without padding. */
function base64Whole(bytes: Buffer): readonly string[] {
  const padded = bytes.toString('base64')
  return [padded, padded.replaceAll('=', '')].flatMap(bothAlphabets)
}

function bothAlphabets(base64: string): readonly string[] {
  return [base64, base64.replaceAll('+', '-').replaceAll('/', '_')]
}

/** Characters that the common encoders leave as they are. */
const keptByPercent = {
  unreserved: /[\w.~-]/,
  encodeURIComponent: /[\w.~!'()*-]/,
  encodeURI: /[\w.~!'()*;,/?:@&=+$#-]/,
  pythonQuote: /[\w.~/-]/,
  nothing: /(?!)/
} as const

function percentForms(text: string, bytes: Buffer): readonly string[] {
  const form = new URLSearchParams({ x: text }).toString().slice('x='.length)
  return [form, ...Object.values(keptByPercent).map((kept) => percentEncoded(bytes, kept))]
}

function percentEncoded(bytes: Buffer, kept: RegExp): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte)
    return kept.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`
  }).join('')
}

/** Characters beyond the quotes and controls that the common writers of JSON write as \uXXXX. */
const escapedInJson = {
  nothing: /(?!)/g,
  python: /[\u0080-\uffff]/g,
  go: /[&<>\u2028\u2029]/g,
  gson: /[&<>='\u2028\u2029]/g
} as const

function jsonForms(text: string): readonly string[] {
  const inside = JSON.stringify(text).slice(1, -1)
  const escaped = Object.values(escapedInJson).map((pattern) => inside.replaceAll(pattern, unicodeEscape))
  const withSlashes = escaped.map((form) => form.replaceAll('/', String.raw`\/`))
  return [...escaped, ...withSlashes, text.split('').map(unicodeEscape).join('')]
}

function unicodeEscape(unit: string): string {
  return String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

const inText = { '&': '&amp;', '<': '&lt;', '>': '&gt;' } as const

/** What the common writers of HTML and XML replace. */
const htmlEscapes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  textOnly: inText,
  doubleQuote: { ...inText, '"': '&quot;' },
  hexApostrophe: { ...inText, '"': '&quot;', "'": '&#x27;' },
  decimalApostrophe: { ...inText, '"': '&quot;', "'": '&#39;' },
  php: { ...inText, '"': '&quot;', "'": '&#039;' },
  xml: { ...inText, '"': '&quot;', "'": '&apos;' },
  go: { ...inText, '"': '&#34;', "'": '&#39;' },
  goTemplate: { ...inText, '"': '&#34;', "'": '&#39;', '+': '&#43;' },
  owasp: { ...inText, '"': '&quot;', "'": '&#x27;', '/': '&#x2F;' },
  mustache: { ...inText, '"': '&quot;', "'": '&#39;', '/': '&#x2F;', '`': '&#x60;', '=': '&#x3D;' },
  handlebars: { ...inText, '"': '&quot;', "'": '&#x27;', '`': '&#x60;', '=': '&#x3D;' }
}

function htmlForms(text: string): readonly string[] {
  return Object.values(htmlEscapes).map((escapes) =>
    text.replaceAll(/[&<>"'+/`=]/g, (character) => escapes[character] ?? character)
  )
}
