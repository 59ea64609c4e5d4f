import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OAuthGrant } from '../../src-main/core/credential-record.ts'
import type { OAuthProvider } from '../../src-main/core/provider.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { createOAuthClient } from '../../src-main/oauth/oauth-client.ts'
import { builtInProviders } from '../../src-main/oauth/providers/providers.ts'
import type { AuthorizedGrant, OAuthClient } from '../../src-main/core/oauth-client.ts'

/** Answer of the scripted provider to one request. */
export type ScriptedAnswer = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body: string | object
}

/** A request as it arrived, with the address for which it was meant. */
export type Received = {
  /** `host/path` of the provider's own address. */
  readonly at: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** The body, parsed by its content type. */
  readonly fields: Readonly<Record<string, unknown>>
}

export type ScriptedProvider = {
  /** The real client; its requests to the row's addresses arrive at a server on this computer. */
  readonly oauth: OAuthClient
  /** Sends requests for any address to that server. */
  readonly network: (url: string, init: RequestInit) => Promise<Response>
  readonly received: readonly Received[]
  /** Sets the next answers, in order. */
  readonly say: (...answers: ScriptedAnswer[]) => void
  readonly close: () => Promise<void>
}

const MEANT_FOR = 'x-meant-for'

/** An HTTP server on loopback that answers by a script and records its requests. */
export async function startScriptedProvider(): Promise<ScriptedProvider> {
  const received: Received[] = []
  const script: ScriptedAnswer[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      received.push(note(request, body))
      const answer = script.shift() ?? { status: 500, body: 'The script is at its end.' }
      const isText = typeof answer.body === 'string'
      response.writeHead(answer.status ?? 200, {
        'content-type': isText ? 'text/plain' : 'application/json',
        ...answer.headers
      })
      response.end(isText ? answer.body : JSON.stringify(answer.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const network: ScriptedProvider['network'] = async (url, init) => {
    const { host, pathname, search } = new URL(url)
    const headers = { ...Object.fromEntries(new Headers(init.headers)), [MEANT_FOR]: host }
    return await fetch(`http://127.0.0.1:${String(port)}${pathname}${search}`, { ...init, headers })
  }
  const oauth = createOAuthClient({ now: () => new Date(), allowLoopbackHttp: false, fetch: network })
  return {
    oauth,
    network,
    received,
    say: (...answers) => script.push(...answers),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

function note({ headers, url = '/' }: IncomingMessage, body: string): Received {
  const isJson = headers['content-type']?.startsWith('application/json') ?? false
  const fields = isJson
    ? (JSON.parse(body) as Record<string, unknown>)
    : Object.fromEntries(new URLSearchParams(body))
  return { at: `${String(headers[MEANT_FOR])}${url}`, headers, body, fields }
}

export function builtInRow(id: string): OAuthProvider {
  const row = builtInProviders.find((one) => one.id === id)
  if (row?.kind !== 'oauth') throw new Error(`There is no row ${id}`)
  return row
}

type Wish = { readonly scopes?: readonly string[]; readonly secret?: string | null }

/**
 * Signs in at a row (a built-in one by its ID) up to the code, with any port on this computer, and redeems
 * the code.
 */
export async function signInAt(
  { oauth }: ScriptedProvider,
  which: string | OAuthProvider,
  { scopes = [], secret = null }: Wish = {}
): Promise<{ readonly page: URL; readonly redeemed: AuthorizedGrant; readonly grant: OAuthGrant }> {
  const row = typeof which === 'string' ? builtInRow(which) : which
  // The port of a registered address may be taken on this computer; the tests are about the rest of the row.
  const provider = { ...row, redirect: { ...row.redirect, ports: [] } }
  const client = { id: 'client-1', secret: secret === null ? null : new Secret(secret) }
  const pending = await oauth.begin({ provider, client, scopes, loginHint: null })
  try {
    const page = new URL(pending.url)
    const back = new URL(page.searchParams.get('redirect_uri') ?? '')
    back.searchParams.set('code', 'c0de')
    back.searchParams.set('state', page.searchParams.get('state') ?? '')
    if (row.namesIssuer === true) back.searchParams.set('iss', row.endpoints.issuer)
    const response = await fetch(back)
    await response.body?.cancel()
    await pending.answered
    const redeemed = await pending.redeem()
    return { page, redeemed, grant: grantOf(row, redeemed, { scopes, client }) }
  } finally {
    await pending.close()
  }
}

/** The record of a grant, as a sign-in makes it. */
export function grantOf(
  provider: OAuthProvider,
  { tokens, scopesGranted, subject }: AuthorizedGrant,
  { scopes, client }: { readonly scopes: readonly string[]; readonly client: OAuthGrant['client'] }
): OAuthGrant {
  return {
    kind: 'oauth',
    ref: { service: provider.id, account: 'me' },
    provider,
    client,
    tokens,
    formerRefreshToken: null,
    clientMark: null,
    scopesRequested: scopes,
    scopesGranted,
    subject,
    obtainedAt: new Date(),
    refreshedAt: null
  }
}

export function revealed(secret: Secret | null): string | null {
  return secret === null ? null : secret.expose((text) => text)
}
