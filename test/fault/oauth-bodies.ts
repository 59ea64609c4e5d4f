import { mutate } from './mutations.ts'
import { pick, type Random } from './oauth-input.ts'

/** A response as it comes over the network: status, content type and body. */
export type Wire = { readonly status: number; readonly contentType: string; readonly body: Buffer }

const strange: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e20,
  2 ** 31,
  '',
  ' ',
  '3600',
  'NaN',
  [],
  {},
  [3600],
  { a: { b: [null] } },
  '\u0000',
  'ключ',
  '\ud800',
  '<html>',
  'x'.repeat(3000)
]
const statuses = [200, 200, 200, 200, 201, 204, 302, 400, 400, 401, 403, 404, 408, 429, 500, 503]
const types = [
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
  'application/x-www-form-urlencoded',
  'text/plain',
  'text/html',
  'APPLICATION/JSON',
  ''
]

/** Returns the fields, some of them left out, made strange, or moved one level down. */
function changed(fields: Readonly<Record<string, unknown>>, random: Random, chance: number): unknown {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const dice = random()
    if (dice < chance / 2) continue
    result[name] = dice < chance ? pick(random, strange) : value
  }
  const place = random()
  if (place < 0.03) return { data: result }
  if (place < 0.06) return { authed_user: result, ok: random() < 0.5 }
  if (place < 0.08) return [result]
  return result
}

function written(value: unknown, contentType: string, random: Random): Buffer {
  const isForm = contentType.includes('form') || random() < 0.03
  const fields = Object.entries((value ?? {}) as Record<string, unknown>)
  const text = isForm
    ? new URLSearchParams(Object.fromEntries(fields.map(([name, field]) => [name, String(field)]))).toString()
    : JSON.stringify(value)
  const body = Buffer.from(random() < 0.03 ? `\ufeff${text}` : text)
  const dice = random()
  if (dice < 0.06) return mutate(body, random)
  if (dice < 0.1) return body.subarray(0, Math.floor(random() * body.length))
  if (dice < 0.12) return Buffer.from(`<!doctype html><title>Proxy</title>${body.toString()}`)
  return dice < 0.13 ? Buffer.concat([body, body]) : body
}

/** A possible answer of a token endpoint; every secret in it begins with `secret`. */
export function tokenBody(random: Random, secret: string): Wire {
  const good = {
    access_token: `${secret}.at`,
    refresh_token: `${secret}.rt`,
    id_token: `${secret}.${secret}.id`,
    token_type: pick(random, ['Bearer', 'bearer', 'DPoP', 'user', secret]),
    expires_in: 3600,
    scope: 'openid registry:read'
  }
  const bad = {
    error: pick(random, ['invalid_grant', 'invalid_client', 'temporarily_unavailable', 'slow_down', secret]),
    error_description: `The token ${secret}.rt is no longer good`,
    error_uri: `https://sso.example.net/?t=${secret}`
  }
  const mixed = { ...good, ...bad }
  const dice = random()
  const fields = dice < 0.7 ? good : dice < 0.95 ? bad : mixed
  return wire(fields, random, [0.25, 0.02])
}

/** A possible answer of a well-known address, with `secret` in places that no reader should repeat. */
export function metadataBody(random: Random, issuer: string, secret: string): Wire {
  const unsafe = (name: string): readonly string[] => [
    `https://user:${secret}@sso.example.net/${name}`,
    `http://sso.example.net/${name}?t=${secret}`,
    `javascript:${secret}`,
    `https://github.com/login/oauth/${secret}`,
    `${issuer}/%0d${secret}`
  ]
  const endpoint = (name: string): string =>
    random() < 0.92 ? `${issuer}/${name}` : pick(random, unsafe(name))
  const fields = {
    issuer: random() < 0.9 ? issuer : `${issuer}/${secret}`,
    authorization_endpoint: endpoint('authorize'),
    token_endpoint: endpoint('token'),
    revocation_endpoint: endpoint('revoke'),
    userinfo_endpoint: endpoint('me'),
    device_authorization_endpoint: endpoint('device'),
    introspection_endpoint: endpoint('introspect'),
    code_challenge_methods_supported: pick<unknown>(random, [
      ['S256'],
      ['S256'],
      ['S256'],
      undefined,
      ['plain'],
      `S256${secret}`
    ]),
    scopes_supported: ['openid', 'email'],
    client_secret: secret
  }
  return wire(fields, random, [0.06, 0.04])
}

function wire(
  fields: Readonly<Record<string, unknown>>,
  random: Random,
  [chance, plainChance]: readonly [number, number]
): Wire {
  const contentType = pick(random, types)
  const value = random() < plainChance ? pick(random, strange) : changed(fields, random, chance)
  return { status: pick(random, statuses), contentType, body: written(value, contentType, random) }
}

/** The response as `fetch` returns it. */
export function responseOf({ status, contentType, body }: Wire): Response {
  const isEmpty = status === 204 || status === 304
  return new Response(isEmpty ? null : new Uint8Array(body), {
    status,
    headers: contentType === '' ? {} : { 'content-type': contentType }
  })
}
