import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** The versions of the protocol that this Latchkey speaks, the newest first. */
export const PROTOCOL_VERSIONS: readonly number[] = [1]

/** The client that needs no pairing: the person's own terminal. */
export const TERMINAL = 'terminal'

/** First message of a connection, from the client. It holds nothing of what the client wants. */
export type Hello = {
  readonly latchkey: 'hello'
  readonly versions: readonly number[]
  /** Id of the client. */
  readonly client: string
  /** 32 random bytes in hex. */
  readonly nonce: string
}

/** Second message, from the server, which proves first that it knows the secret of the client. */
export type Challenge = { readonly version: number; readonly nonce: string; readonly proof: string }

/** Third message, from the client. */
export type Proof = { readonly proof: string }

export type Role = 'server' | 'client'

export const newNonce = (): string => randomBytes(32).toString('hex')

export function hello(client: string): Hello {
  return { latchkey: 'hello', versions: PROTOCOL_VERSIONS, client, nonce: newNonce() }
}

/** Returns the hello in a message. Null: the message is none. */
export function helloFrom(value: unknown): Hello | null {
  if (typeof value !== 'object' || value === null) return null
  const { latchkey, versions, client, nonce } = value as Partial<Record<keyof Hello, unknown>>
  if (latchkey !== 'hello' || !isNonce(nonce)) return null
  if (typeof client !== 'string' || !/^[a-z0-9-]{1,64}$/.test(client)) return null
  if (!Array.isArray(versions) || versions.length > 16) return null
  const numbers = versions.filter((each): each is number => Number.isInteger(each))
  return { latchkey, versions: numbers, client, nonce }
}

/** Returns the challenge in a message. Null: the message is none. */
export function challengeFrom(value: unknown): Challenge | null {
  if (typeof value !== 'object' || value === null) return null
  const { version, nonce, proof } = value as Partial<Record<keyof Challenge, unknown>>
  if (!Number.isInteger(version) || !isNonce(nonce) || typeof proof !== 'string') return null
  return { version: version as number, nonce, proof }
}

/** Returns the proof in a message. Null: the message has none. */
export function proofFrom(value: unknown): string | null {
  const proof = typeof value === 'object' && value !== null ? (value as { proof?: unknown }).proof : null
  return typeof proof === 'string' ? proof : null
}

const isNonce = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)

/** Both sides of one handshake, and the version that the server chose. */
export type Handshake = { readonly hello: Hello; readonly version: number; readonly serverNonce: string }

/**
 * Returns the proof of one side, in hex: an HMAC over its role, the version, the versions that were offered,
 * both nonces and the client, with a key derived from the secret that only the vault and the client have. The
 * roles have different keys, so a proof can not be sent back to the side that made it. The offer is in it, so
 * nobody between the two can make them speak an older version.
 */
export function proofOf(role: Role, secret: Uint8Array, { hello, version, serverNonce }: Handshake): string {
  const key = hkdfSync('sha256', secret, '', `latchkey socket ${role}`, 32)
  const said = [version, hello.versions.join(' '), hello.client, hello.nonce, serverNonce]
  return createHmac('sha256', Buffer.from(key))
    .update(['latchkey socket', role, ...said].join('\n'))
    .digest('hex')
}

/** Compares two proofs in constant time. */
export function isProof(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)]
  return one.length === other.length && timingSafeEqual(one, other)
}
