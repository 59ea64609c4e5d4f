import {
  canonicalHost,
  faulty,
  isAddress,
  isLikeAddress,
  LONGEST_URL,
  readTargetText,
  type TargetResult
} from '../core/use/target.ts'

const DEFAULT_PORTS = { https: 443, http: 80 }

/**
 * Reads the address of a request that a client asks for. The text passes `readTargetText` first, and then the
 * path that the URL standard finds has to be the path that was given: the path that the rules allow is the path
 * that is sent. An IP address in any spelling (0x7f.1, 2130706433, [::ffff:127.0.0.1]) becomes a target with
 * `isLiteral`, for the access rules to judge. Throws nothing.
 */
export function targetOf(url: string): TargetResult {
  const text = readTargetText(url)
  if (text.kind === 'fault') return text
  const parsed = URL.parse(url)
  const host = parsed === null ? null : canonicalHost(parsed.hostname)
  if (parsed === null || host === null) return faulty(isLikeAddress(text.host) ? 'ip-literal' : 'not-a-url')
  if (parsed.pathname !== text.path) return faulty('path-encoding')
  // The parser encodes some characters of a query, which makes it longer.
  if (parsed.pathname.length + parsed.search.length > LONGEST_URL) return faulty('too-long')
  const { scheme, path } = text
  const port = parsed.port === '' ? DEFAULT_PORTS[scheme] : Number(parsed.port)
  return {
    kind: 'target',
    target: { scheme, host, isLiteral: isAddress(host), port, path, query: parsed.search }
  }
}
