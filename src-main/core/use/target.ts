/** Where a request goes: the parts of a checked address. */
export type Target = {
  readonly scheme: 'https' | 'http'
  /** In lower case, a name outside ASCII as punycode, without a final dot; an IPv6 address in brackets. */
  readonly host: string
  /** True if `host` is an IP address, in whatever spelling it was given. */
  readonly isLiteral: boolean
  readonly port: number
  /** Exactly as given, without the query; begins with a slash. May hold encoded slashes: see `pathReadings`. */
  readonly path: string
  /** Begins with `?`, encoded by the URL standard. Empty: there is none. */
  readonly query: string
}

/** Why an address is refused before any rule is compared. */
export type TargetFault =
  | 'not-a-url'
  /** Neither https nor http. */
  | 'scheme'
  | 'userinfo'
  /** A host in numbers or brackets that is no whole IP address; a whole one is a target with `isLiteral`. */
  | 'ip-literal'
  /** A port that is empty, zero, above 65535, or written with a leading zero. */
  | 'port'
  /** An encoding that servers read in different ways, or a character that has to be encoded. */
  | 'path-encoding'
  /** A `.` or `..` segment, or a path that begins with two slashes. */
  | 'dot-segments'
  | 'control'
  | 'too-long'
  | 'backslash'

/** An address that is refused. */
export type FaultyTarget = { readonly kind: 'fault'; readonly fault: TargetFault }

/** What becomes of an address from a client. */
export type TargetResult = { readonly kind: 'target'; readonly target: Target } | FaultyTarget

/** What the text of an address says on its own, before a URL parser normalises it. */
export type TargetText = {
  readonly kind: 'text'
  readonly scheme: 'https' | 'http'
  /** As given; not checked. */
  readonly host: string
  /** As given; `/` if the text has none. */
  readonly path: string
}

/** Most UTF-16 code units of an address. */
export const LONGEST_URL = 8192

/** C0 and C1 control characters: URL parsers drop some of them, and screens obey them. */
const CONTROL = /[^\x20-\x7e\u00a0-\uffff]/

/** Encoded control characters, percent sign, dot and backslash. An encoded slash is for the access rules to judge. */
const REFUSED_ENCODING = /%(?:[01][\da-f]|2[5e]|5c|7f)/i
const ENCODED_SLASH = /%2f/gi

/** A dot segment (RFC 3986 section 3.3). Some servers cut a `;` and what follows before they resolve it. */
const DOT_SEGMENT = /^\.{1,2}(?:;.*)?$/s

/** Returns a refusal for this reason. */
export const faulty = (fault: TargetFault): FaultyTarget => ({ kind: 'fault', fault })

/**
 * Checks the text of an absolute address as a client gives it. The text has the plain form
 * `scheme://host[:port][/path][?query][#fragment]`, so that every URL parser finds the same host and path in
 * it. A fragment is ignored, because it is never sent. The host is left to the URL parser.
 */
export function readTargetText(url: string): TargetText | FaultyTarget {
  if (url.length > LONGEST_URL) return faulty('too-long')
  if (CONTROL.test(url)) return faulty('control')
  if (url.includes('\\')) return faulty('backslash')
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined) return faulty('not-a-url')
  if (scheme !== 'https' && scheme !== 'http') return faulty('scheme')
  const parts = /^[^:]+:\/\/([^/?#]+)([^?#]*)/.exec(url)
  if (parts === null) return faulty('not-a-url')
  const [, authority = '', path = ''] = parts
  if (authority.includes('@')) return faulty('userinfo')
  const [, host, port] = /^(\[[^[\]]*\]|[^:[\]]+)(?::(.*))?$/s.exec(authority) ?? []
  if (host === undefined) return faulty('not-a-url')
  if (port !== undefined && portOf(port) === null) return faulty('port')
  const fault = pathFault(path)
  return fault === null ? { kind: 'text', scheme, host, path: path === '' ? '/' : path } : faulty(fault)
}

function pathFault(path: string): TargetFault | null {
  if (/^\/(?:\/|%2f)/i.test(path)) return 'dot-segments'
  if (REFUSED_ENCODING.test(path)) return 'path-encoding'
  const readings = pathReadings(path)
  if (readings === null) return 'path-encoding'
  return readings.flat().some((segment) => DOT_SEGMENT.test(segment)) ? 'dot-segments' : null
}

/**
 * Returns the segments of a path as servers may read it. The first reading is that of RFC 3986: an encoded slash is a
 * character of its segment. Where there is one, a second reading has it as a slash, because some servers decode a path
 * before they take it apart. Null: a percent sequence is broken or is not UTF-8.
 */
export function pathReadings(path: string): readonly (readonly string[])[] | null {
  const plain = decodedSegments(path)
  if (plain === null || !hasEncodedSlash(path)) return plain && [plain]
  const apart = decodedSegments(path.replaceAll(ENCODED_SLASH, '/'))
  return apart && [plain, apart]
}

/** True for a path that servers may take apart in two ways. */
export function hasEncodedSlash(path: string): boolean {
  return path.search(ENCODED_SLASH) !== -1
}

/**
 * Returns the segments of a path (RFC 3986 section 3.3), each decoded once as UTF-8. Null: a percent sequence
 * is broken or is not UTF-8.
 */
function decodedSegments(path: string): readonly string[] | null {
  try {
    return path
      .split('/')
      .slice(1)
      .map((segment) => decodeURIComponent(segment))
  } catch {
    return null
  }
}

/** Returns a port from 1 to 65535 that is written in the shortest way. Null: the text is none. */
export function portOf(text: string): number | null {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0
  return port > 0 && port <= 65_535 ? port : null
}

/**
 * Returns a host as `URL` writes it, without one final dot. Null: it is no host name, for example because a
 * label is empty. An empty label would hide an IP address: the URL parser takes `127.0.0.1..` for a name.
 */
export function canonicalHost(hostname: string): string | null {
  if (/^\[[\da-f:]+\]$/.test(hostname)) return hostname
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
  return /^[a-z\d_-]{1,63}(?:\.[a-z\d_-]{1,63})*$/.test(host) ? host : null
}

/** True for a host of `canonicalHost` that is an IP address: `URL` writes them as four numbers or in brackets. */
export function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(host)
}

/** True for the text of a host that the URL standard reads as numbers: its last label is one, or it has brackets. */
export function isLikeAddress(host: string): boolean {
  return host.startsWith('[') || /(?:^|\.)(?:\d+|0x[\da-f]*)\.*$/i.test(host)
}
