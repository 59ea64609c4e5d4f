import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Handler } from './use-world.ts'

/** The credential that a request brought; null: none. */
export type Pair = { readonly user: string; readonly password: string } | null

/** Repositories behind `git http-backend`, which is asked only for what `mayPass` lets through. */
export class GitServer {
  readonly root = mkdtempSync(join(tmpdir(), 'latchkey-git-'))
  /** Credentials of the requests, in their order. */
  readonly pairs: Pair[] = []
  /** Decides by the credential and the path of a request; a test replaces it. */
  mayPass: (pair: Pair, path: string) => boolean = () => false

  /** Makes an empty repository, such as `ana/repo.git`. */
  add(path: string): void {
    mkdirSync(join(this.root, path), { recursive: true })
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(this.root, path)])
  }

  readonly handle: Handler = async (request, response) => {
    const pair = pairOf(request.headers.authorization)
    this.pairs.push(pair)
    const { pathname, search } = new URL(request.url ?? '/', 'https://localhost')
    if (this.mayPass(pair, pathname)) return await this.#backend(request, response, pathname, search)
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
  }

  end(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  /** Runs the program as a CGI (RFC 3875). */
  async #backend(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    search: string
  ): Promise<void> {
    const { headers, method = 'GET' } = request
    const child = spawn('git', ['http-backend'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: path,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: method,
        CONTENT_TYPE: headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
        REMOTE_USER: 'ana'
      }
    })
    child.stdin.on('error', () => undefined) // it may end without reading
    request.pipe(child.stdin)
    const pieces: Buffer[] = []
    for await (const piece of child.stdout as AsyncIterable<Buffer>) pieces.push(piece)
    const answer = Buffer.concat(pieces)
    const end = answer.indexOf('\r\n\r\n')
    for (const line of answer.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(': ', 2)
      if (name.toLowerCase() === 'status') response.statusCode = Number(value.slice(0, 3))
      else response.setHeader(name, value)
    }
    response.end(answer.subarray(end + 4))
  }
}

function pairOf(header: string | undefined): Pair {
  const [, text] = /^Basic (.+)$/.exec(header ?? '') ?? []
  if (text === undefined) return null
  const pair = Buffer.from(text, 'base64').toString()
  return { user: pair.slice(0, pair.indexOf(':')), password: pair.slice(pair.indexOf(':') + 1) }
}
