import { isPrivateHost } from './private-host.ts'

const LONGEST_URL = 2048
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

export type UrlRules = {
  /** Tests and development only: plain http to this computer. */
  readonly allowLoopbackHttp: boolean
  /**
   * Refuses hosts of this computer and of private networks, for addresses that a public server names.
   * Default: any host is allowed.
   */
  readonly onlyPublic?: boolean
}

/** The rules for addresses that this server names: a public server may name only public hosts. */
export function rulesOfNamed(server: URL, { allowLoopbackHttp }: UrlRules): UrlRules {
  return {
    allowLoopbackHttp: allowLoopbackHttp && isLoopback(server), // plain http stays among servers of this computer
    onlyPublic: !isPrivateHost(server.hostname)
  }
}

/**
 * Returns an address from outside if it is safe to use and to show, else null. Metadata is hostile until it
 * has passed this check: only https (http only to loopback, if the rules allow it), no user name or password,
 * no fragment, no control character, encoded or not, and no character with a meaning for a shell. A dot after
 * the host is refused: it makes another name of the same host, which lists of hosts do not contain.
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

/**
 * Returns a safe issuer, which has neither query nor fragment (RFC 8414 section 2); null for anything else.
 */
export function safeIssuer(text: unknown, rules: UrlRules): URL | null {
  const url = safeUrl(text, rules)
  return url === null || url.search !== '' || url.href.includes('?') ? null : url
}

export function isLoopback(url: URL): boolean {
  return LOOPBACK_HOSTS.has(url.hostname)
}
