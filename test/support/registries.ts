import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { KeyPair } from './certificates.ts'

/** One request to a registry, and whether it came with the right value. */
export type Visit = { readonly request: string; readonly isRight: boolean }

/** A registry of a test on 127.0.0.1. */
export type Registry = {
  /** `host:port`. */
  readonly host: string
  readonly visits: Visit[]
  /** The value of the header `Authorization` that is taken from now on. */
  readonly take: (authorization: string) => void
  readonly close: () => void
}

/** Answers a request, or null: there is no such thing here. */
type Answer = (path: string, host: string) => unknown

type Wish = {
  readonly authorization: string
  /** The headers of an answer to a request without the right value. */
  readonly challenge?: Readonly<Record<string, string>>
  /** Paths that are answered without a value. */
  readonly open?: readonly string[]
  readonly contentType?: (path: string) => string
  /** By TLS, under the name `localhost`; absent: by http. */
  readonly tls?: KeyPair
  readonly answer: Answer
}

/** Starts a registry that answers only requests with the right value in `Authorization`. */
async function startRegistry(wish: Wish): Promise<Registry> {
  const visits: Visit[] = []
  let taken = wish.authorization
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '', headers } = request
    const isRight = headers.authorization === taken
    visits.push({ request: `${method} ${url}`, isRight })
    if (!isRight && !(wish.open ?? []).includes(url)) {
      response.writeHead(401, { ...wish.challenge, 'content-type': 'application/json' })
      response.end('{"errors":[{"detail":"not allowed"}]}')
      return
    }
    const answer = wish.answer(url, host)
    response.writeHead(answer === null ? 404 : 200, {
      'content-type': wish.contentType?.(url) ?? 'application/json'
    })
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  }
  const server =
    wish.tls === undefined ? createServer(onRequest) : createTlsServer({ ...wish.tls }, onRequest)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const host = `${wish.tls === undefined ? '127.0.0.1' : 'localhost'}:${port}`
  return {
    host,
    visits,
    take: (authorization) => (taken = authorization),
    close: () => {
      server.close()
      server.closeAllConnections()
    }
  }
}

/** A registry of cargo with a sparse index below /index/, which wants a token for everything. */
export const startCargoRegistry = async (token: string): Promise<Registry> =>
  await startRegistry({
    authorization: token,
    challenge: { 'www-authenticate': 'Cargo login_url="https://crates.example/me"' },
    answer: (path, host) => {
      const base = `http://${host}`
      if (path === '/index/config.json') return { dl: `${base}/dl`, api: base, 'auth-required': true }
      if (path === '/api/v1/crates/acme/owners') return { users: [{ id: 1, login: 'ada', name: 'Ada' }] }
      return null
    }
  })

/** An index of Python packages at /simple/, which wants Basic; it has no version of `acme-lib`. */
export const startPythonIndex = async (user: string, password: string): Promise<Registry> =>
  await startRegistry({
    authorization: basic(user, password),
    challenge: { 'www-authenticate': 'Basic realm="acme"' },
    contentType: () => 'text/html',
    answer: (path) => (path === '/simple/acme-lib/' ? '<html><body></body></html>' : null)
  })

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** A registry of npm with the package `acme-lib`. */
export const startNpmRegistry = async (token: string): Promise<Registry> =>
  await startRegistry({
    authorization: `Bearer ${token}`,
    answer: (path, host) => {
      const dist = { tarball: `http://${host}/acme-lib.tgz`, shasum: '0'.repeat(40) }
      const versions = { '1.2.3': { name: 'acme-lib', version: '1.2.3', dist } }
      return path === '/acme-lib' ? { name: 'acme-lib', 'dist-tags': { latest: '1.2.3' }, versions } : null
    }
  })

/** A server of Terraform with the organization `acme` and its workspace `prod`, over TLS. */
export const startTerraformServer = async (token: string, tls: KeyPair): Promise<Registry> =>
  await startRegistry({
    authorization: `Bearer ${token}`,
    open: ['/.well-known/terraform.json'],
    contentType: (path) =>
      path.startsWith('/.well-known/') ? 'application/json' : 'application/vnd.api+json',
    tls,
    answer: (path) => terraformAnswers[path.replace(/\?.*/, '')] ?? null
  })

const organization = { data: { id: 'acme', type: 'organizations' } }
const terraformAnswers: Readonly<Record<string, unknown>> = {
  '/.well-known/terraform.json': {
    'tfe.v2': '/api/v2/',
    'tfe.v2.1': '/api/v2/',
    'tfe.v2.2': '/api/v2/'
  },
  '/api/v2/ping': {},
  '/api/v2/organizations/acme/entitlement-set': {
    data: { id: 'org-1', type: 'entitlement-sets', attributes: { 'state-storage': true, operations: false } }
  },
  '/api/v2/organizations/acme/workspaces/prod': {
    data: {
      id: 'ws-1',
      type: 'workspaces',
      attributes: { name: 'prod', 'terraform-version': '1.11.4', 'execution-mode': 'local' },
      relationships: { organization }
    }
  }
}
