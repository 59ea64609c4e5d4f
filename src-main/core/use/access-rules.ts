import { isShowable } from '#shared/shown-text.ts'
import { canonicalHost, hasEncodedSlash, pathReadings, portOf, type Target } from './target.ts'

/** A rule of a credential: which requests to its hosts are allowed or denied. */
export type AccessRule = {
  readonly effect: 'allow' | 'deny'
  /** Hosts with an optional `:port`; without one, every port. Empty: every host of the credential. */
  readonly hosts: readonly string[]
  /** An empty list stands for no method. */
  readonly methods: readonly string[] | 'any'
  /**
   * Glob over the path after it is decoded once: `*` stands for characters within one segment, `**` as a whole
   * segment for any number of segments. Everything else stands for itself, in upper and lower case. An encoded slash
   * is a character of its segment; a deny rule covers the path also if it covers it with the slash decoded.
   */
  readonly path: string
}

/** What a credential may be used for. */
export type AccessRules = {
  /** The only hosts that the credential goes to, exact names with an optional `:port`; without one, 443. */
  readonly hosts: readonly string[]
  /**
   * `host:port` entries that a person listed as local: only those may be http, an IP address, or a name of a
   * private address. They have to be among `hosts`, too.
   */
  readonly localHosts: readonly string[]
  /** Only GET and HEAD are allowed. */
  readonly readOnly: boolean
  /** Paths may hold an encoded slash: the servers of the service read it as a character. Absent: they may not. */
  readonly encodedSlash?: true
  /** Those of the service. */
  readonly rules: readonly AccessRule[]
  /** Those of the client. They only take away: a request has to be allowed by both lists. */
  readonly clientRules: readonly AccessRule[]
}

/** The answer to one request; `because` names the first check that it fails. */
export type AccessDecision =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'refused'
      readonly because:
        | 'host'
        | 'port'
        | 'scheme'
        | 'literal'
        | 'read-only'
        | 'encoded-slash'
        | 'denied'
        | 'method'
    }

type Because = Extract<AccessDecision, { readonly kind: 'refused' }>['because']
type HostEntry = { readonly host: string; readonly port: number | null }

/** A token (RFC 9110 section 9.1) in the upper case that servers compare. */
const METHOD = /^[A-Z][A-Z-]{0,31}$/

/** They show the request's own headers (TRACE, TRACK) or open a tunnel (CONNECT). */
const REFUSED_METHODS: ReadonlySet<string> = new Set(['TRACE', 'TRACK', 'CONNECT'])
const READING_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Most characters of a glob: matching takes at most its length times that of the path. */
const LONGEST_GLOB = 512

/**
 * Decides whether a credential may be sent with this method to this target. A deny rule outranks every allow
 * rule; if a list has an allow rule, one of that list has to cover the request. A host entry that is no `host[:port]`
 * and a path longer than 512 characters cover everything in a deny rule, and nothing in any other place.
 */
export function decideAccess(rules: AccessRules, method: string, target: Target): AccessDecision {
  if (!METHOD.test(method) || REFUSED_METHODS.has(method)) return refused('method')
  const isLocal = isListedLocal(rules, target)
  if (target.scheme === 'http' && !isLocal) return refused('scheme')
  if (target.isLiteral && !isLocal) return refused('literal')
  const entries = rules.hosts.map(hostEntryOf).filter((entry) => entry?.host === target.host)
  if (entries.length === 0) return refused('host')
  if (!entries.some((entry) => (entry?.port ?? 443) === target.port)) return refused('port')
  if (rules.readOnly && !READING_METHODS.has(method)) return refused('read-only')
  if (hasEncodedSlash(target.path) && rules.encodedSlash !== true) return refused('encoded-slash')
  const lists = [rules.rules, rules.clientRules]
  return lists.some((list) => isDenied(list, method, target)) ? refused('denied') : { kind: 'allowed' }
}

const refused = (because: Because): AccessDecision => ({ kind: 'refused', because })

/** True if a person listed exactly this host with this port as local. */
export function isListedLocal({ localHosts }: AccessRules, { host, port }: Target): boolean {
  return localHosts.map(hostEntryOf).some((entry) => entry?.host === host && entry.port === port)
}

/** Reads `host` or `host:port`. Null: it is neither. */
function hostEntryOf(text: string): HostEntry | null {
  const [, name = '', portText] = /^(\[[^[\]]*\]|[^:]*)(?::(.*))?$/s.exec(text.toLowerCase()) ?? []
  const host = canonicalHost(name)
  const port = portText === undefined ? null : portOf(portText)
  return host === null || (portText !== undefined && port === null) ? null : { host, port }
}

function isDenied(rules: readonly AccessRule[], method: string, target: Target): boolean {
  const readings = pathReadings(target.path)
  if (readings === null) return true
  const covering = rules.filter(
    (rule) =>
      (rule.methods === 'any' || rule.methods.some((name) => name.toUpperCase() === method)) &&
      coversHost(rule, target) &&
      readings.slice(0, rule.effect === 'deny' ? 2 : 1).some((segments) => coversPath(rule, segments))
  )
  const isAmong = (list: readonly AccessRule[], effect: AccessRule['effect']): boolean =>
    list.some((rule) => rule.effect === effect)
  return isAmong(covering, 'deny') || (isAmong(rules, 'allow') && !isAmong(covering, 'allow'))
}

function coversHost({ effect, hosts }: AccessRule, target: Target): boolean {
  if (hosts.length === 0) return true
  return hosts.map(hostEntryOf).some((entry) => {
    if (entry === null) return effect === 'deny'
    return entry.host === target.host && (entry.port ?? target.port) === target.port
  })
}

/**
 * A deny rule also covers the path that is left without empty segments and without `;parameters`, because
 * many servers leave them out: `/admin` covers `/admin/`, `//admin` and `/admin;x=1`.
 */
function coversPath(
  { effect, path }: Pick<AccessRule, 'effect' | 'path'>,
  segments: readonly string[]
): boolean {
  if (path.length > LONGEST_GLOB) return effect === 'deny'
  const glob = path.replace(/^\//, '').split('/')
  if (matches(glob, segments, byPath)) return true
  if (effect === 'allow') return false
  const plain = segments.map((segment) => segment.replace(/;.*/s, '')).filter((segment) => segment !== '')
  return matches(
    glob.filter((segment) => segment !== ''),
    plain,
    byPath
  )
}

/** True for a glob of a path that a request can have after it is decoded: any other would cover nothing. */
export function isRulePath(glob: string): boolean {
  if (!glob.startsWith('/') || glob.length > LONGEST_GLOB) return false
  if (glob.startsWith('//') || /[%?#\\]/.test(glob)) return false
  const isOdd = (segment: string): boolean =>
    /^\.{1,2}$/.test(segment) || (segment.includes('**') && segment !== '**')
  return isShowable(glob) && !glob.split('/').some(isOdd)
}

/** True if a glob, as that of an allow rule, covers this path of a target however a server reads it. */
export function allowsPath(glob: string, path: string): boolean {
  const readings = pathReadings(path)
  return (
    readings !== null && readings.every((segments) => coversPath({ effect: 'allow', path: glob }, segments))
  )
}

/** How a pattern is compared: the part that stands for any number of parts, and how any other part is. */
type Wildcard = {
  readonly any: string
  readonly fits: (wanted: string, part: string) => boolean
}

const byCharacter: Wildcard = { any: '*', fits: (wanted, part) => wanted === part }
const byPath: Wildcard = {
  any: '**',
  // A `*` alone stands for a segment, so that `/users/*` leaves out `/users/`.
  fits: (wanted, part) =>
    part === '' ? wanted === '' : matches(Array.from(wanted), Array.from(part), byCharacter)
}

/**
 * True if the pattern stands for all parts. After a mismatch it goes back to the last wildcard alone, which
 * then takes one part more; so the work is at most the product of the two lengths.
 */
function matches(pattern: readonly string[], parts: readonly string[], { any, fits }: Wildcard): boolean {
  let place = 0
  let index = 0
  let wildcard: { readonly place: number; readonly index: number } | null = null
  while (index < parts.length) {
    const wanted = pattern[place]
    if (wanted === any) {
      wildcard = { place, index }
      place += 1
    } else if (wanted !== undefined && fits(wanted, parts[index] ?? '')) {
      place += 1
      index += 1
    } else if (wildcard === null) {
      return false
    } else {
      wildcard = { place: wildcard.place, index: wildcard.index + 1 }
      place = wildcard.place + 1
      index = wildcard.index
    }
  }
  return pattern.slice(place).every((rest) => rest === any)
}
