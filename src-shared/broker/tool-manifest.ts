import * as v from 'valibot'
import { hostName, serviceId } from '../credential.ts'
import { isShowable } from '../shown-text.ts'

/** A value of RFC 8259; numbers are finite. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** Limits of a JSON value: how many values it has inside, and how many characters its keys and texts have together. */
export type JsonLimits = { readonly values: number; readonly characters: number }

const MANIFEST_LIMITS: JsonLimits = { values: 2000, characters: 65_536 }
const MAX_DEPTH = 32
const REFUSED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor'])

/**
 * Says in a sentence why a value is refused. Null: it is a `JsonValue` within the limits, at most 32 levels deep, and
 * none of its keys has a meaning for JavaScript's own objects.
 */
export function jsonFault(value: unknown, limits: JsonLimits): string | null {
  let { values, characters } = limits
  const faultOf = (member: unknown, depth: number): string | null => {
    values -= 1
    if (typeof member === 'string') characters -= member.length
    if (values < 0 || characters < 0 || depth > MAX_DEPTH)
      return 'There is too much text, or too many levels.'
    if (isScalar(member)) return null
    if (!isPlain(member)) return 'Only values that JSON has are allowed.'
    for (const key of Object.keys(member)) {
      if (REFUSED_KEYS.has(key)) return 'The keys __proto__, prototype and constructor are refused.'
      if (!Array.isArray(member)) characters -= key.length
      const fault = faultOf(member[key], depth + 1)
      if (fault !== null) return fault
    }
    return null
  }
  return faultOf(value, 1)
}

function isScalar(value: unknown): boolean {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  )
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

/** `${NAME}` in a manifest; the first group is the NAME. */
export const PLACEHOLDER = /\$\{([A-Za-z0-9_]{1,64})\}/g

function hasWholePlaceholders(value: JsonValue): boolean {
  if (typeof value === 'string') return !value.replaceAll(PLACEHOLDER, '').includes('${')
  return typeof value !== 'object' || value === null || Object.values(value).every(hasWholePlaceholders)
}

/** Address of a manifest: `origin` is its scheme, host and port; `rest` begins with `/` or `?`, or is empty. */
export type UrlTemplate = { readonly origin: string; readonly rest: string }

/** Splits the `url` of a manifest, whose placeholders are still in it. */
export function splitUrl(url: string): UrlTemplate {
  const [origin = ''] = /^(?:[^/?#]*:\/\/)?[^/?#]*/.exec(url) ?? []
  return { origin, rest: url.slice(origin.length) }
}

const LOCAL_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`)

/**
 * True for scheme, host and optional port in lower case, with nothing after them. The scheme is https, or http for
 * this computer. A host is a name or an IPv4 address in its usual form: a URL parser reads every other host that ends
 * in a number, such as `127.1`, as another address (WHATWG URL, section 3.5).
 */
export function isOrigin(text: string): boolean {
  const parts = /^(https?):\/\/(\[::1\]|[a-z0-9.-]+)(?::([1-9]\d{0,4}))?$/.exec(text)
  const [, scheme, host = '', port = '443'] = parts ?? []
  if (parts === null || Number(port) > 65_535) return false
  if (LOCAL_HOSTS.has(host)) return true
  const isName = v.is(hostName, host) && /(?:^|\.)[a-z][a-z0-9-]*$/.test(host)
  return scheme === 'https' && (isName || IPV4.test(host))
}

/** Path and query (RFC 3986 sections 3.3 and 3.4), and the brackets that many servers take in a query. */
const PATH_AND_QUERY = /^(?:[/?](?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=[\]]|%[0-9A-Fa-f]{2})*)?$/

function isUrl(url: string): boolean {
  const { origin, rest } = splitUrl(url)
  const isRest =
    url.length <= 4096 && hasWholePlaceholders(url) && PATH_AND_QUERY.test(rest.replaceAll(PLACEHOLDER, '~'))
  return isRest && (origin.includes('${') || isOrigin(origin.toLowerCase()))
}

function hasDeclaredOrigin({ config: { url = '' }, environment = [] }: ToolFields): boolean {
  return Array.from(splitUrl(url).origin.matchAll(PLACEHOLDER)).every(([, name = '']) =>
    environment.includes(name)
  )
}

/**
 * A header name (RFC 9110 section 5.1) that a manifest may set: none that frames the message, names the target, carries
 * a credential or speaks for a proxy. `_` counts as `-` (RFC 3875 section 4.1.18).
 */
const HEADER_NAME =
  /^(?!(?:authorization|cookie2?|host|connection|keep[-_]alive|transfer[-_]encoding|te|trailer|upgrade|expect|content[-_]length|accept[-_]encoding|forwarded|via|x[-_](?:real[-_]ip|original[-_]url|rewrite[-_]url|http[-_]method(?:[-_]override)?|method[-_]override)|(?:proxy|sec|x[-_]forwarded)[-_].*)$)[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/i

const hasEachNameOnce = (headers: Readonly<Record<string, string>>): boolean =>
  new Set(Object.keys(headers).map((name) => name.toLowerCase())).size === Object.keys(headers).length
const isMapping = (value: unknown): boolean => isPlain(value) && !Array.isArray(value)
const text = (shape: RegExp, sentence: string) => v.pipe(v.string(sentence), v.regex(shape, sentence))
const checkedText = (isRight: (value: string) => boolean, sentence: string) =>
  v.pipe(v.string(sentence), v.check(isRight, sentence))

const fields = <Entries extends v.ObjectEntries>(name: string, entries: Entries) =>
  v.pipe(
    v.unknown(),
    v.check(isMapping, `${name} is a mapping of fields.`),
    v.strictObject(entries, ({ expected }) =>
      expected === 'never'
        ? `${name} has only these fields: ${Object.keys(entries).join(', ')}.`
        : `${name} needs the field ${expected.replaceAll('"', '')}.`
    )
  )
/** At most 64 entries. */
const named = <Value extends v.GenericSchema>(key: RegExp, value: Value, sentence: string) =>
  v.pipe(
    v.unknown(),
    v.check((found) => isMapping(found) && Object.keys(Object(found)).length <= 64, sentence),
    v.record(text(key, sentence), value)
  )

const TOOL_ID = /^[a-z0-9][a-z0-9._-]{0,99}$/
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,300}$/
const scope = v.nullable(
  text(SCOPE, 'A scope is one word of at most 300 visible ASCII characters; null is public.')
)
const sentences = {
  id: 'tool_id and parent have lower-case letters, digits, dots, dashes or underscores, at most 100.',
  method: 'config.method is GET, HEAD, POST, PUT, PATCH or DELETE.',
  url: 'config.url begins with https:// and a host, or with a ${NAME} of the environment; path and query may follow, and other characters in them are percent-encoded.',
  headers:
    'config.headers maps at most 64 names to texts of visible ASCII characters; names of the connection, the host and credentials are refused.',
  body: 'A placeholder in config.body is ${NAME}, with at most 64 letters, digits and underscores.',
  scopes:
    'scopes maps at most 64 actions, each of 1 to 100 letters, digits or _.:- signs, to a scope or null.',
  service: 'auth_service is the name of a service as Latchkey lists it.',
  account: 'auth_account is an account as Latchkey lists it, at most 200 characters.',
  header: 'auth_header is a header name; the same names are refused as in config.headers.',
  environment:
    'environment has at most 32 names of letters, digits and underscores, and no setting of Latchkey.'
}
const headerText = checkedText(
  (value) => /^[\x20-\x7e]{0,4096}$/.test(value) && hasWholePlaceholders(value),
  sentences.headers
)
const variable = text(/^(?!LATCHKEY_)[A-Z0-9_]{1,64}$/i, sentences.environment)

const manifestFields = fields('A manifest', {
  tool_id: text(TOOL_ID, sentences.id),
  executor_id: v.literal('http_client', 'executor_id is http_client.'),
  version: text(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, 'version is three numbers, such as 1.0.0.'),
  /** Absent: the tool stands alone. */
  parent: v.exactOptional(text(TOOL_ID, sentences.id)),
  /** What is absent comes from the parent. */
  config: fields('config', {
    method: v.exactOptional(v.picklist(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], sentences.method)),
    url: v.exactOptional(checkedText(isUrl, sentences.url)),
    headers: v.exactOptional(
      v.pipe(
        named(HEADER_NAME, headerText, sentences.headers),
        v.check(hasEachNameOnce, 'config.headers has each name once; case makes no difference.')
      )
    ),
    /** Null: no body, also none of the parent. */
    body: v.exactOptional(
      v.custom<JsonValue>((body) => hasWholePlaceholders(body as JsonValue), sentences.body)
    )
  }),
  /** Null: public, whatever the parents say. */
  required_scope: v.exactOptional(scope),
  /** Scopes by the parameter `action`. Null: a public action. */
  scopes: v.exactOptional(named(/^[A-Za-z0-9_.:-]{1,100}$/, scope, sentences.scopes)),
  auth_service: v.exactOptional(checkedText((service) => v.is(serviceId, service), sentences.service)),
  auth_account: v.exactOptional(
    checkedText((name) => name !== '' && name.length <= 200 && isShowable(name), sentences.account)
  ),
  auth_type: v.exactOptional(
    v.picklist(['bearer', 'basic', 'header'], 'auth_type is bearer, basic or header.')
  ),
  /** The header that carries the credential, for `auth_type: header`. */
  auth_header: v.exactOptional(text(HEADER_NAME, sentences.header)),
  /** The user name before the credential (RFC 7617), for `auth_type: basic`. */
  auth_user: v.exactOptional(
    text(/^[^:\p{Cc}\p{Cs}]{0,200}$/u, 'auth_user is at most 200 characters without a colon.')
  ),
  /** Names that `${NAME}` reads from the environment; every other NAME is a parameter. */
  environment: v.exactOptional(
    v.pipe(v.array(variable, sentences.environment), v.maxLength(32, sentences.environment))
  )
})
type ToolFields = v.InferOutput<typeof manifestFields>

const manifestSchema = v.pipe(
  manifestFields,
  v.check(
    (tool) => tool.required_scope === undefined || tool.scopes === undefined,
    'A manifest has required_scope or scopes; it can’t have both.'
  ),
  v.check(
    (tool) => (tool.auth_type === 'header') === (tool.auth_header !== undefined),
    'auth_header belongs to auth_type header, which needs it.'
  ),
  v.check(
    (tool) => (tool.auth_type === 'basic') === (tool.auth_user !== undefined),
    'auth_user belongs to auth_type basic, which needs it.'
  ),
  v.check(hasDeclaredOrigin, 'A ${NAME} in the scheme or host of config.url stands in the list environment.')
)

/** One tool: the HTTP request it makes and the scope that this request needs. The names are those of the file. */
export type ToolManifest = v.InferOutput<typeof manifestSchema>

/** `message`: a sentence that says what is expected and never quotes a value. */
export type ManifestReading =
  | { readonly kind: 'manifest'; readonly manifest: ToolManifest }
  | { readonly kind: 'fault'; readonly message: string }

/** Reads one manifest, as a parser of JSON or YAML returned it. */
export function readManifest(value: unknown): ManifestReading {
  const fault = jsonFault(value, MANIFEST_LIMITS)
  if (fault !== null) return { kind: 'fault', message: fault }
  const parsed = v.safeParse(manifestSchema, value, {
    abortEarly: true,
    message: 'The manifest is not understood.'
  })
  return parsed.success
    ? { kind: 'manifest', manifest: parsed.output }
    : { kind: 'fault', message: parsed.issues[0].message }
}
