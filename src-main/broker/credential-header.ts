import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../core/secret.ts'
import { checkHeaders } from '../core/use/request-headers.ts'
import type { CredentialScheme, Header, SendRequest } from '../core/use/use-ports.ts'

type Held = { readonly secret: Secret; readonly scheme: CredentialScheme }

/** What the vault adds to a request, beside the credential. */
export type OwnParts = {
  /** Length of the body in bytes; null: there is none, or it is not known. */
  readonly bodyLength: number | null
  /** Proof of the key that the credential is bound to (RFC 9449); null: it is not bound. */
  readonly proof: Secret | null
}

/**
 * All headers of a request in the form that `node:http` takes, those of the vault among them. The rules have checked the client's headers; they are checked again here, because
 * of two headers with one name some servers take the first. Throws INVALID_REQUEST for one that the vault sets.
 */
export function requestHeaders(
  { target, headers, credential, body }: SendRequest,
  { bodyLength, proof }: OwnParts
): string[] {
  const scheme = credential?.scheme
  const checked = checkHeaders(headers, scheme?.kind === 'header' ? scheme.name : null)
  if (checked.kind === 'fault') throw new VaultError('INVALID_REQUEST')
  const isDefaultPort = target.port === (target.scheme === 'http' ? 80 : 443)
  const all: Header[] = [
    ['host', isDefaultPort ? target.host : `${target.host}:${target.port}`],
    ...checked.headers,
    ['accept-encoding', 'identity']
  ]
  // GitHub refuses a request without it.
  if (!headers.some(([name]) => name.toLowerCase() === 'user-agent')) all.push(['user-agent', 'Latchkey'])
  if (body !== null)
    all.push(bodyLength === null ? ['transfer-encoding', 'chunked'] : ['content-length', String(bodyLength)])
  if (credential !== null) all.push(...credentialHeaders(credential, proof))
  return all.flat()
}

/** A bound token is never sent as a bearer: whoever got hold of it there could not be told from its owner. */
function credentialHeaders(credential: Held, proof: Secret | null): readonly Header[] {
  if (proof === null) return [credentialHeader(credential)]
  const token = credential.secret.expose((text): Header => ['authorization', `DPoP ${text}`])
  return [token, proof.expose((text): Header => ['dpop', text])]
}

/** The header that carries a credential. It holds the secret. */
export function credentialHeader({ secret, scheme }: Held): Header {
  return secret.expose((text): Header => {
    switch (scheme.kind) {
      case 'bearer':
        return ['authorization', `Bearer ${text}`]
      case 'basic':
        return ['authorization', `Basic ${Buffer.from(`${scheme.user}:${text}`).toString('base64')}`]
      case 'header':
        return [scheme.name, text]
    }
  })
}
