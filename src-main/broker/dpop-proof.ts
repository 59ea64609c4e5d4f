import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomUUID,
  sign,
  type JsonWebKey
} from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../core/secret.ts'
import type { Target } from '../core/use/target.ts'
import type { Header, SendRequest } from '../core/use/use-ports.ts'
import { headerPairs } from './raw-headers.ts'

/** A nonce (RFC 9449 section 8.1), of a length that fits a header. */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/

/** Keeps the nonces that servers ask for in proofs (RFC 9449 section 8.2), for each credential and origin. */
export class ProofNonces {
  readonly #nonces = new Map<string, Map<string, string>>()

  /** The proof for one request; null: its credential is not bound to a key. Throws CREDENTIAL_UNREADABLE. */
  proofFor({ credential, target, method }: SendRequest): Secret | null {
    if (credential?.proofKey === undefined) return null
    const nonce = this.#nonces.get(credential.key)?.get(originOf(target)) ?? null
    return newProof({ key: credential.proofKey, token: credential.secret, target, method, nonce })
  }

  /**
   * Keeps the nonce of an answer. True: the server refuses the request for want of it, and has done nothing else
   * with it. An answer that names the nonce again that was sent is no such refusal.
   */
  note(
    { credential, target }: SendRequest,
    answer: Pick<IncomingMessage, 'rawHeaders' | 'statusCode'>
  ): boolean {
    if (credential?.proofKey === undefined) return false
    const headers = headerPairs(answer.rawHeaders)
    const nonce = valuesOf(headers, 'dpop-nonce')
    if (nonce.length !== 1 || !NONCE.test(nonce[0] ?? '')) return false
    const all = this.#nonces.get(credential.key) ?? new Map<string, string>()
    const isNew = all.get(originOf(target)) !== nonce[0]
    this.#nonces.set(credential.key, all.set(originOf(target), nonce[0] ?? ''))
    return isNew && answer.statusCode === 401 && valuesOf(headers, 'www-authenticate').some(wantsNonce)
  }

  forget(credential: string): void {
    this.#nonces.delete(credential)
  }
}

type Proved = {
  readonly key: Secret
  readonly token: Secret
  readonly target: Target
  readonly method: string
  readonly nonce: string | null
}

/** Signs a proof of possession (RFC 9449 section 4.2) with the access token's hash, for one request. */
function newProof({ key, token, target, method, nonce }: Proved): Secret {
  const privateKey = privateKeyOf(key)
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: createPublicKey(privateKey).export({ format: 'jwk' }) }
  const claims = {
    htm: method,
    htu: originOf(target) + target.path,
    iat: Math.floor(Date.now() / 1000),
    jti: randomUUID(),
    ath: token.expose((text) => createHash('sha256').update(text).digest('base64url')),
    ...(nonce !== null && { nonce })
  }
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return new Secret(`${signed}.${signature.toString('base64url')}`)
}

/** Reads a private key of the curve P-256 as a JWK in text. The error of a parser may quote it, so it is dropped. */
function privateKeyOf(secret: Secret): KeyObject {
  const key = secret.expose((text) => {
    try {
      return createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' })
    } catch {
      return null
    }
  })
  if (key?.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new VaultError('CREDENTIAL_UNREADABLE')
  return key
}

function originOf({ scheme, host, port }: Target): string {
  const isDefault = port === (scheme === 'http' ? 80 : 443)
  return `${scheme}://${host}${isDefault ? '' : `:${port}`}`
}

const valuesOf = (headers: readonly Header[], name: string): readonly string[] =>
  headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value)

const wantsNonce = (challenge: string): boolean =>
  /\bdpop\b/i.test(challenge) && /\berror\s*=\s*"?use_dpop_nonce\b/i.test(challenge)
