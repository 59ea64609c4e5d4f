import { credentialKey } from '#shared/credential.ts'
import type { mcpRequests } from '#shared/mcp.ts'
import type { Result } from '#shared/problem.ts'
import type { signInRequests } from '#shared/sign-in.ts'
import { sampleGrant, sampleKey } from '../../src-main/core/testing/samples.ts'
import { type Handlers, type RequestTable, serveRequests } from '../../src-main/shell/ipc-server.ts'
import type { FetchPort } from '../../src-main/oauth/http/guarded-fetch.ts'
import { mutate } from '../fault/mutations.ts'
import { type Random, pick } from '../fault/oauth-input.ts'

export type Ask = (name: string, ...args: unknown[]) => Promise<Result<unknown>>

/** Handlers behind the same checks as in the app, without Electron in between. */
export function askThrough<Table extends RequestTable>(table: Table, handlers: Handlers<Table>): Ask {
  const listeners = new Map<string, (event: never, ...args: unknown[]) => Promise<unknown>>()
  serveRequests({
    ipcMain: {
      handle: (channel, listener) => void listeners.set(channel, listener),
      removeHandler: () => undefined
    },
    table,
    channel: (name) => name,
    handlersFor: () => handlers
  })
  return async (name, ...args) =>
    (await listeners.get(name)?.(undefined as never, ...args)) as Result<unknown>
}

/** Counts how often each reason is given in `count` requests. Throws if one ends as INTERNAL. */
export async function reasonsOf(
  ask: Ask,
  next: () => readonly [string, ...unknown[]],
  count: number
): Promise<Readonly<Record<string, number>>> {
  const reasons: Record<string, number> = {}
  for (let index = 0; index < count; index += 1) {
    const [name, ...args] = next()
    const answer = await ask(name, ...args)
    const reason = answer.ok ? 'answered' : answer.problem.code
    if (reason === 'INTERNAL') throw new Error(`INTERNAL: ${name} ${JSON.stringify(args).slice(0, 600)}`)
    reasons[reason] = (reasons[reason] ?? 0) + 1
  }
  return reasons
}

/** A network where every server is a provider, and where one request of five fails. */
export function carelessNetwork(random: Random): FetchPort {
  return async (url, init) => (random() < 0.2 ? broken(random) : answerAt(new URL(url), init.method ?? 'GET'))
}

/** A failure of a network or a server. */
function broken(random: Random): Response {
  return pick(random, [
    () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) })
    },
    () => {
      throw new Error('net::ERR_INVALID_URL')
    },
    () => new Response(null, { status: 204 }),
    () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/' } }),
    () => new Response('<!doctype html>', { status: 200 }),
    () => new Response('', { status: 503, headers: { 'retry-after': 'x' } }),
    () => Response.json({ error: 'invalid_client' }, { status: 401 }),
    () =>
      Response.json({
        access_token: 't',
        token_type: 'bearer',
        refresh_token: 'r',
        expires_in: 3600,
        user: { id: 'u', email: 'ana@example.net' }
      }),
    () => Response.json([]),
    () => Response.json({ issuer: 7 })
  ])()
}

function answerAt({ origin, pathname }: URL, method: string): Response {
  if (pathname.includes('oauth-protected-resource')) {
    const path = pathname.replace('/.well-known/oauth-protected-resource', '')
    return Response.json({ resource: `${origin}${path}`, authorization_servers: [origin] })
  }
  if (pathname.includes('.well-known')) {
    return Response.json({
      issuer: origin + pathname.replace(/\/?\.well-known\/[\w-]+/, ''),
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      code_challenge_methods_supported: ['S256']
    })
  }
  if (pathname === '/register' && method === 'POST')
    return Response.json({ client_id: 'c-1' }, { status: 201 })
  return Response.json({ error: 'invalid_request' }, { status: 400 })
}

const labels = [
  'a'.repeat(63),
  'xn--bcher-kva',
  'bücher',
  '例え',
  '1',
  '-a',
  'a_b',
  'A',
  '',
  '%61',
  '\u00AD',
  '🔑',
  'ﬀ',
  '٣'
]
const texts = [
  '',
  ' ',
  'Ana',
  'é',
  'e\u0301',
  '🔑'.repeat(60),
  '"\\'.repeat(90),
  '\u202E',
  '\ud800',
  '\u0000',
  '%00',
  '__proto__',
  'x'.repeat(200),
  'x'.repeat(201),
  '../..',
  "'",
  '{}',
  '例え'.repeat(60)
]

function address(random: Random): string {
  const host = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(random, labels)).join('.')
  const place = pick(random, [
    host,
    `${host}.`,
    'sso.example.net',
    '[::1]',
    '[2606:4700::1111]',
    '127.0.0.1',
    '8.8.8.8',
    '0x7f.1',
    '1e3',
    'localhost',
    ''
  ])
  const scheme = pick(random, [
    'https://',
    'https://',
    'https://',
    'HTTPS://',
    'http://',
    'javascript:',
    'https:',
    ' https://',
    ''
  ])
  const port = pick(random, ['', '', ':443', ':8443', ':0', ':99999', ':x'])
  const path = pick(random, [
    '',
    '/',
    '/mcp',
    '/a/../b',
    '/%2e%2e',
    '/%zz',
    '/ü',
    '//x',
    `/${'p'.repeat(300)}`,
    '/?a=1',
    '/#a',
    '/;a=b',
    '/\\x',
    '/\ud800'
  ])
  const url = `${scheme}${pick(random, ['', '', '', 'u:p@'])}${place}${port}${path}`
  return random() < 0.1 ? mutate(Buffer.from(url), random).toString('latin1') : url
}

const text = (random: Random): string =>
  random() < 0.5 ? pick(random, texts) : `${pick(random, texts)}${pick(random, texts)}`
const scopesOf = (random: Random): string[] =>
  Array.from({ length: Math.floor(random() * 4) }, () =>
    pick(random, ['openid', 'a', 'é', 'a b', '"', '\\', 'x'.repeat(300), '', 'offline_access'])
  )

type Name = keyof typeof signInRequests | keyof typeof mcpRequests

/** A request about sign-ins: mostly one that the schemas accept, with odd texts and addresses. */
export function requestOf(random: Random): readonly [Name, ...unknown[]] {
  const credential = pick(random, [
    credentialKey(sampleGrant().ref),
    credentialKey(sampleKey().ref),
    text(random),
    '["a","b"]',
    '[]',
    '["__proto__","x"]'
  ])
  const secret = pick(random, [null, 's', text(random), 'x'.repeat(65_536)])
  const provider = pick(random, [
    { kind: 'issuer', issuer: address(random), name: text(random), clientId: text(random) },
    {
      kind: 'mcp',
      server: address(random),
      name: text(random),
      clientId: pick(random, [null, text(random)])
    },
    {
      kind: 'preset',
      provider: pick(random, [
        'github',
        'google',
        'openai',
        'supabase',
        '__proto__',
        'constructor',
        text(random)
      ]),
      clientId: text(random)
    }
  ])
  const first = {
    kind: 'new',
    provider,
    clientSecret: secret,
    account: pick(random, [null, text(random)]),
    scopes: random() < 0.2 ? null : scopesOf(random)
  }
  const another = {
    kind: 'another',
    credential,
    account: pick(random, [null, text(random)]),
    scopes: random() < 0.5 ? null : scopesOf(random)
  }
  const again = {
    kind: 'again',
    credential,
    ...(random() < 0.5 && { scopes: scopesOf(random) }),
    ...(random() < 0.5 && { newClient: random() < 0.5 })
  }
  const email = pick(random, ['ana@example.net', text(random)])
  const password = pick(random, ['p', text(random)])
  return pick<readonly [Name, ...unknown[]]>(random, [
    ['startSignIn', first],
    ['startSignIn', first],
    ['startSignIn', pick(random, [again, another])],
    [
      'signInWithPassword',
      {
        kind: 'new',
        project: pick(random, [address(random), 'abcdefgh', text(random)]),
        projectKey: text(random),
        name: text(random),
        email,
        password
      }
    ],
    [
      'signInWithPassword',
      { kind: 'again', credential, projectKey: pick(random, [null, text(random)]), email, password }
    ],
    ['discoverIssuer', address(random)],
    ['discoverMcpServer', address(random)],
    ['copyIssuerRedirect', address(random)],
    [
      pick(random, [
        'cancelSignIn',
        'retrySignIn',
        'dismissSignIn',
        'continueInBrowser',
        'switchToCode',
        'copyUserCode'
      ]),
      text(random)
    ],
    ['answerOtherAccount', text(random), pick(random, ['replace', 'add', 'cancel'])],
    ['submitRedirectUrl', text(random), address(random)]
  ])
}
