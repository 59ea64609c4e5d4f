import type { AccessPreset } from '../core/use/access-preset.ts'
import type { Header } from '../core/use/use-ports.ts'

/** Headers that a program sends about its own connection; they end at the relay. */
const ofConnection = [
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'expect',
  'content-length',
  'accept-encoding'
]

/** Headers in which programs send a key, or the address of the relay. Through a relay they hold a dummy. */
const ofDummies = [
  'authorization',
  'referer',
  'x-api-key',
  'api-key',
  'private-token',
  'x-goog-api-key',
  'dd-api-key',
  'xi-api-key'
]

const dropped = new Set([...ofConnection, ...ofDummies])

/** The headers of a request through a relay that go on to the service. */
export function relayedHeaders(headers: readonly Header[], preset: AccessPreset | null): readonly Header[] {
  const own = preset?.scheme.kind === 'header' ? preset.scheme.name.toLowerCase() : null
  return headers.filter(([name]) => {
    const lower = name.toLowerCase()
    // Node's own fetch sends sec-fetch-mode, as a browser does, and names no site.
    return !dropped.has(lower) && lower !== own && !lower.startsWith('sec-fetch-')
  })
}
