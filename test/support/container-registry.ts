import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type ContainerRegistry = {
  /** `127.0.0.1:PORT`; docker and its siblings ask there without TLS. */
  readonly host: string
  /** User names and passwords that came in at the token server, the newest last. */
  readonly logins: (readonly [user: string, password: string])[]
  /** How often a token was asked for without a login. */
  anonymous: number
  /** The password that the token server accepts. */
  password: string
  readonly close: () => void
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const CONFIG = 'application/vnd.docker.container.image.v1+json'
const config = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  config: {},
  rootfs: { type: 'layers', diff_ids: [] },
  history: []
})
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: MANIFEST,
  config: { mediaType: CONFIG, size: config.length, digest: digestOf(config) },
  layers: []
})

/** A repository that anyone may read; every other one takes a login. */
export const OPEN = 'open/image'

/**
 * A registry with one image in each repository and a token server, as ghcr.io and GitLab have it (distribution.github.io:
 * Token Authentication). A login is exchanged for a token that the registry takes.
 */
export async function startContainerRegistry(password: string): Promise<ContainerRegistry> {
  const server = createServer((request, response) => answer(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const registry: ContainerRegistry = {
    host,
    logins: [],
    anonymous: 0,
    password,
    close: () => {
      server.close()
      server.closeAllConnections()
    }
  }

  function answer({ headers, method, url = '' }: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(url, `http://${host}`)
    const send = (
      status: number,
      type: string,
      body: string,
      more: Readonly<Record<string, string>> = {}
    ) => {
      response.writeHead(status, {
        'content-type': type,
        'content-length': body.length,
        'docker-distribution-api-version': 'registry/2.0',
        ...more
      })
      response.end(method === 'HEAD' ? '' : body)
    }
    const sendJson = (status: number, value: unknown, more = {}) =>
      send(status, 'application/json', JSON.stringify(value), more)
    if (pathname === '/token') return tokenFor(headers.authorization, sendJson)
    const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(pathname)?.[1] ?? null
    const token = headers.authorization
    const isAllowed = token === 'Bearer whole' || (token === 'Bearer open' && repository === OPEN)
    if (!isAllowed) {
      const scope = repository === null ? '' : `,scope="repository:${repository}:pull"`
      const challenge = `Bearer realm="http://${host}/token",service="registry"${scope}`
      const errors = [{ code: 'UNAUTHORIZED', message: 'authentication required' }]
      return sendJson(401, { errors }, { 'www-authenticate': challenge })
    }
    if (repository === null) return sendJson(200, {})
    if (pathname.endsWith('/tags/list')) return sendJson(200, { name: repository, tags: ['latest'] })
    if (pathname.includes('/blobs/')) return send(200, 'application/octet-stream', config)
    return send(200, MANIFEST, manifest, { 'docker-content-digest': digestOf(manifest) })
  }

  function tokenFor(
    authorization: string | undefined,
    sendJson: (status: number, value: unknown) => void
  ): void {
    if (authorization === undefined) {
      registry.anonymous += 1
      return sendJson(200, { token: 'open', expires_in: 60 })
    }
    const login = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()
    const colon = login.indexOf(':')
    registry.logins.push([login.slice(0, colon), login.slice(colon + 1)])
    if (login.slice(colon + 1) === registry.password) sendJson(200, { token: 'whole', expires_in: 60 })
    else sendJson(401, { errors: [{ code: 'UNAUTHORIZED', message: 'wrong login' }] })
  }

  return registry
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
