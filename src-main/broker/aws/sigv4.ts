import { createHash, createHmac } from 'node:crypto'
import type { AwsSigner } from '../../core/credential-record.ts'
import type { Target } from '../../core/use/target.ts'
import type { Header } from '../../core/use/use-ports.ts'

/** A request whose body is known, with the headers that are signed beside the host. */
export type PlainRequest = {
  readonly method: string
  readonly target: Target
  readonly headers: readonly Header[]
  readonly body: string
}

/** What the signature is good for. */
export type SigningScope = { readonly region: string; readonly service: string; readonly now: Date }

export type Signed = {
  /** The headers to send, beside `authorization`. */
  readonly headers: readonly Header[]
  /** The value of the header `authorization`. */
  readonly authorization: string
}

const SCHEME = 'AWS4-HMAC-SHA256'

/**
 * Signs a request as “AWS Signature Version 4 for API requests” (IAM User Guide) describes it. The path is
 * signed as it is, so it may have no character that has to be encoded.
 */
export function signed(
  request: PlainRequest,
  signer: AwsSigner,
  { region, service, now }: SigningScope
): Signed {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const headers = [...request.headers, ['x-amz-date', time] as const, ...tokenHeader(signer)]
  const all = sorted([...headers, ['host', hostOf(request.target)]])
  const names = all.map(([name]) => name).join(';')
  const canonical = [
    request.method,
    request.target.path,
    canonicalQuery(request.target.query),
    ...all.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(request.body)
  ].join('\n')
  const text = [SCHEME, time, scope, sha256(canonical)].join('\n')
  const key = scope.split('/').reduce<string | Buffer>(
    hmac,
    signer.secretKey.expose((secret) => `AWS4${secret}`)
  )
  const signature = hmac(key, text).toString('hex')
  return {
    headers,
    authorization: `${SCHEME} Credential=${signer.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  }
}

function tokenHeader({ sessionToken }: AwsSigner): Header[] {
  return sessionToken === null
    ? []
    : [sessionToken.expose((token): Header => ['x-amz-security-token', token])]
}

/** In the form that the sender gives the host: a port only if it is not the usual one. */
function hostOf({ host, port, scheme }: Target): string {
  return port === (scheme === 'http' ? 80 : 443) ? host : `${host}:${port}`
}

function sorted(headers: readonly Header[]): Header[] {
  return headers
    .map(([name, value]): Header => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')])
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
}

/** The parameters of a query, sorted by their encoded names. */
function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .toSorted(([one, a], [other, b]) => (one === other ? (a < b ? -1 : 1) : one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** Percent-encoding of everything but the unreserved characters of RFC 3986. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
