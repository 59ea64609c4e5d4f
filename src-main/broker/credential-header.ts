import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../core/secret.ts'
import { checkHeaders } from '../core/use/request-headers.ts'
import type { CredentialScheme, Header, SendRequest } from '../core/use/use-ports.ts'

type Held = { readonly secret: Secret; readonly scheme: CredentialScheme }

/**
 * All headers of a request in the form that `node:http` takes, those of the vault among them. `length` of the body
 * in bytes; null: it is not known. The rules have checked the client's headers; they are checked again here, because
 * of two headers with one name some servers take the first. Throws INVALID_REQUEST for one that the vault sets.
 */
export function requestHeaders(
  { target, headers, credential, body }: SendRequest,
  length: number | null
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
  if (body !== null)
    all.push(length === null ? ['transfer-encoding', 'chunked'] : ['content-length', String(length)])
  if (credential !== null) all.push(credentialHeader(credential))
  return all.flat()
}

function credentialHeader({ secret, scheme }: Held): Header {
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
