import { randomBytes } from 'node:crypto'
import { secretForms } from './canary-forms.ts'

export const secretKinds = [
  'access-token',
  'refresh-token',
  'id-token',
  'code',
  'device-code',
  'verifier',
  'api-key',
  'client-secret',
  'registration-token',
  'dpop-key',
  'passphrase',
  'password'
] as const
export type SecretKind = (typeof secretKinds)[number]

export type Canary = { readonly kind: SecretKind; readonly value: string }

/** A find: its form, kind and place, and never the secret itself. */
export type Found = { readonly form: string; readonly secretKind: SecretKind; readonly at: number }
export type Scanner = (data: Buffer | string) => readonly Found[]

/** Returns a unique secret. */
export function newCanary(kind: SecretKind): Canary {
  return { kind, value: `cnry_${randomBytes(18).toString('base64url')}` }
}

type Pattern = { readonly bytes: Buffer; readonly form: string; readonly secretKind: SecretKind }

const PREFIX = 4
const BITS = 20

/**
 * Looks for every form of every canary in one pass: a table marks the first four bytes of each pattern, and
 * the pattern itself is compared only at a mark. A text is searched as its UTF-8 bytes.
 */
export function createScanner(canaries: readonly Canary[]): Scanner {
  const patterns = new Map<number, Pattern[]>()
  const marks = new Uint8Array(1 << BITS)
  for (const { kind, value } of canaries) {
    for (const { name, bytes } of secretForms(value)) {
      const key = bytes.readUInt32LE(0)
      patterns.set(key, [...(patterns.get(key) ?? []), { bytes, form: name, secretKind: kind }])
      marks[slot(key)] = 1
    }
  }
  return (data) => {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    const found: Found[] = []
    let key = 0
    for (let end = 0; end < bytes.length; end += 1) {
      key = (key >>> 8) | (bytes[end]! << 24)
      if (marks[slot(key)] === 0) continue
      const at = end + 1 - PREFIX
      for (const { bytes: wanted, form, secretKind } of patterns.get(key >>> 0) ?? []) {
        if (at >= 0 && bytes.subarray(at, at + wanted.length).equals(wanted))
          found.push({ form, secretKind, at })
      }
    }
    return found
  }
}

function slot(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - BITS)
}
