import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Canary } from './canary-scan.ts'
import { GoTrueSessions, type GoTrueUser, type Issued } from './gotrue-sessions.ts'

/** Fault of a request. `lose`: the request is done, and the connection breaks before the answer. */
export type GoTrueTrouble =
  | { readonly kind: 'lose' }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body: object
      readonly headers?: Record<string, string>
    }

export type GoTrueRequest = {
  readonly at: string
  readonly headers: IncomingMessage['headers']
  readonly fields: Readonly<Record<string, unknown>>
}

type Options = {
  /** Form of errors: with `error_code`, or as servers before that wrote them. */
  readonly words?: 'today' | 'former'
  /** Life of an access token, in seconds. */
  readonly accessTtl?: number
  readonly reuseSeconds?: number
}

export type GoTrueServer = {
  /** The project's address. */
  readonly url: string
  readonly key: string
  readonly sessions: GoTrueSessions
  readonly requests: readonly GoTrueRequest[]
  readonly addUser: (user: Partial<GoTrueUser> & Pick<GoTrueUser, 'email' | 'password'>) => GoTrueUser
  /** Sets the fault of the next request to a path below `/auth/v1`. */
  readonly disturb: (path: string, trouble: GoTrueTrouble) => void
  readonly issued: () => readonly Canary[]
  readonly close: () => Promise<void>
}

type Answer = { readonly status: number; readonly body: object | null }

const former: Readonly<Record<string, readonly [error: string, words: string]>> = {
  invalid_credentials: ['invalid_grant', 'Invalid login credentials'],
  email_not_confirmed: ['invalid_grant', 'Email not confirmed'],
  refresh_token_not_found: ['invalid_grant', 'Invalid Refresh Token: Refresh Token Not Found'],
  refresh_token_already_used: ['invalid_grant', 'Invalid Refresh Token']
}

/**
 * A Supabase project on loopback: the gateway, which requires the project's key, and Supabase Auth behind it.
 */
export async function startGoTrue(options: Options = {}): Promise<GoTrueServer> {
  const { words = 'today', accessTtl = 3600, reuseSeconds = 10 } = options
  const key = `sb_publishable_${randomUUID()}`
  const sessions = new GoTrueSessions(reuseSeconds)
  const users: GoTrueUser[] = []
  const requests: GoTrueRequest[] = []
  const troubles = new Map<string, GoTrueTrouble>()

  const refusal = (status: number, code: string): Answer => {
    const [error, description] = former[code] ?? ['invalid_request', code]
    const today = { code: status, error_code: code, msg: 'Words for people.' }
    return { status, body: words === 'today' ? today : { error, error_description: description } }
  }
  const session = ({ access, refresh, user: { id, email, hasSecondFactor } }: Issued): Answer => {
    const factors = hasSecondFactor ? [{ id: randomUUID(), factor_type: 'totp', status: 'verified' }] : []
    const user = { id, email, aud: 'authenticated', factors }
    const expiry = { expires_in: accessTtl, expires_at: Math.floor(Date.now() / 1000) + accessTtl }
    const tokens = { access_token: access, refresh_token: refresh, token_type: 'bearer' }
    return { status: 200, body: { ...tokens, ...expiry, user } }
  }
  const byPassword = ({ email, password }: GoTrueRequest['fields']): Answer => {
    const user = users.find((each) => each.email === email && each.password === password)
    if (user === undefined) return refusal(400, 'invalid_credentials')
    return user.isConfirmed ? session(sessions.open(user)) : refusal(400, 'email_not_confirmed')
  }
  const byRefresh = (fields: GoTrueRequest['fields']): Answer => {
    const renewal = sessions.renew(String(fields['refresh_token']))
    return 'refused' in renewal ? refusal(400, renewal.refused) : session(renewal.tokens)
  }
  const answerTo = ({ at, headers, fields }: GoTrueRequest): Answer => {
    if (headers['apikey'] !== key)
      return { status: 401, body: { message: 'Invalid API key', hint: 'Check.' } }
    const bearer = headers.authorization?.replace(/^Bearer /, '') ?? ''
    switch (at) {
      case 'POST /auth/v1/token?grant_type=password':
        return byPassword(fields)
      case 'POST /auth/v1/token?grant_type=refresh_token':
        return byRefresh(fields)
      case 'POST /auth/v1/logout?scope=local':
        return sessions.end(bearer) ? { status: 204, body: null } : refusal(403, 'session_not_found')
      case 'GET /auth/v1/user':
        return sessions.userOf(bearer) === null ? refusal(403, 'bad_jwt') : { status: 200, body: {} }
      default:
        return { status: 404, body: { message: 'no Route matched with those values' } }
    }
  }

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const received = noted(request, body)
      requests.push(received)
      const path = (request.url ?? '').split('?')[0]?.replace('/auth/v1', '') ?? ''
      const trouble = troubles.get(path) ?? null
      troubles.delete(path)
      if (trouble?.kind === 'answer') return send(response, trouble, trouble.headers)
      const answer = answerTo(received)
      if (trouble?.kind === 'lose') request.socket.destroy()
      else send(response, answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    key,
    sessions,
    requests,
    addUser: (wish) => {
      const user = { id: randomUUID(), isConfirmed: true, hasSecondFactor: false, ...wish }
      users.push(user)
      return user
    },
    disturb: (path, trouble) => troubles.set(path, trouble),
    issued: () => sessions.issued,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

function send(
  response: ServerResponse,
  { status, body }: Answer,
  headers: Record<string, string> = {}
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body === null ? undefined : JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

function noted({ method, url, headers }: IncomingMessage, body: string): GoTrueRequest {
  const isJson = headers['content-type'] === 'application/json' && body !== ''
  const fields = isJson ? (JSON.parse(body) as Record<string, unknown>) : {}
  return { at: `${String(method)} ${String(url)}`, headers, fields }
}
