import { isPrivateHost } from './private-host.ts'

const LONGEST_URL = 2048
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

export type UrlRules = {
  /** Tests and development only: plain http to this computer. */
  readonly allowLoopbackHttp: boolean
  /** For what a public server names: no host of this computer or of a private network. Default: any host. */
  readonly onlyPublic?: boolean
}

/** The rules for addresses that this server names: a public server may name public hosts alone. */
export function rulesOfNamed(server: URL, { allowLoopbackHttp }: UrlRules): UrlRules {
  return {
    allowLoopbackHttp: allowLoopbackHttp && isLoopback(server), // plain http stays among servers of this computer
    onlyPublic: !isPrivateHost(server.hostname)
  }
}

/**
 * An address from outside that may be sent to or shown, or null. Metadata is hostile until it has passed here: https
 * alone (http only to loopback, where the rules allow it), no user name or password, no fragment, no control
 * character, encoded or not, and none of the characters that mean something to a shell. A dot after the host makes
 * another name of the same host, which no list of hosts would know.
 */
export function safeUrl(text: unknown, rules: UrlRules): URL | null {
  if (typeof text !== 'string' || text.length > LONGEST_URL) return null
  if (!/^https?:\/\/[\p{L}\p{N}\-._~:/?#[\]@!&*+,;=%]+$/u.test(text)) return null
  if (/%[01][0-9a-f]|%7f/i.test(text)) return null
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '' || text.includes('#'))
    return null
  if (url.hostname.endsWith('.')) return null
  if (rules.onlyPublic === true && isPrivateHost(url.hostname)) return null
  if (url.protocol === 'https:') return url
  return rules.allowLoopbackHttp && isLoopback(url) ? url : null
}

/** RFC 8414 section 2: an issuer has neither query nor fragment. Null if it has, or is no safe URL. */
export function safeIssuer(text: unknown, rules: UrlRules): URL | null {
  const url = safeUrl(text, rules)
  return url === null || url.search !== '' || url.href.includes('?') ? null : url
}

export function isLoopback(url: URL): boolean {
  return LOOPBACK_HOSTS.has(url.hostname)
}
