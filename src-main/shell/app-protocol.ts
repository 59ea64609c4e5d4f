import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Protocol } from 'electron'
import * as v from 'valibot'

/** Forbids everything inline, network, frames and HTML from strings (Electron security checklist, item 7). */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'"
].join('; ')

/**
 * The scheme of the pages, to be registered before `ready`. It has no fetch and no CORS, so that other
 * origins can not read the pages.
 */
export const APP_SCHEME = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: false, corsEnabled: false, bypassCSP: false }
} as const

const manifestSchema = v.record(
  v.pipe(v.string(), v.regex(/^\/[\w./-]+$/)),
  v.strictObject({ file: v.pipe(v.string(), v.regex(/^[\w./-]+$/)), type: v.string() })
)
type Asset = { readonly bytes: Uint8Array; readonly type: string }

/**
 * Reads the files of the built renderer by path, from the list of the build. A request can only name one of
 * these, so no path is joined or traversed.
 */
export function readAssets(rendererFolder: string): ReadonlyMap<string, Asset> {
  const listed = v.parse(
    manifestSchema,
    JSON.parse(readFileSync(join(rendererFolder, 'assets.json'), 'utf8')) as unknown
  )
  return new Map(
    Object.entries(listed).map(([path, { file, type }]) => [
      path,
      { bytes: new Uint8Array(readFileSync(join(rendererFolder, file))), type }
    ])
  )
}

/** Serves `app://vault/<path>` in one session; everything else there is 404. */
export function serveApp(protocol: Pick<Protocol, 'handle'>, assets: ReadonlyMap<string, Asset>): void {
  protocol.handle('app', (request) => appResponse(request.url, request.method, assets))
}

export function appResponse(url: string, method: string, assets: ReadonlyMap<string, Asset>): Response {
  const address = URL.parse(url)
  const asset = method === 'GET' && address?.host === 'vault' ? assets.get(address.pathname) : undefined
  if (asset === undefined) return new Response(null, { status: 404, headers: commonHeaders('text/plain') })
  return new Response(asset.bytes.slice().buffer, { headers: commonHeaders(asset.type) })
}

function commonHeaders(type: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store'
  }
}
