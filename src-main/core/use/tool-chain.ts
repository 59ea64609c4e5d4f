import {
  type JsonLimits,
  type JsonValue,
  jsonFault,
  isOrigin,
  PLACEHOLDER,
  splitUrl,
  type ToolManifest
} from '#shared/broker/tool-manifest.ts'
import { VaultError } from '#shared/problem.ts'
import { readTargetText } from './target.ts'
import type { Header } from './use-ports.ts'
import { faultSentence } from './use-sentences.ts'

/** Why a tool can not run: a sentence of ours, with at most a NAME or a tool's id from a manifest that was read. */
export type ToolFault = { readonly kind: 'fault'; readonly message: string }

/** The tool and its parents, the tool itself (the leaf) first. */
export type ToolChain = readonly ToolManifest[]

/** The request of a tool, without any credential. */
export type ToolRequest = {
  readonly method: string
  readonly url: string
  /** Names in lower case, each once. */
  readonly headers: readonly Header[]
  /** JSON text; null: there is no body. */
  readonly body: string | null
}

const LONGEST_CHAIN = 8
const PARAMETER_LIMITS: JsonLimits = { values: 10_000, characters: 1_048_576 }
/** Characters of all values that are filled into one request. */
const MOST_FILLED = 1_048_576

const faulty = (message: string): ToolFault => ({ kind: 'fault', message })

/** Finds the tool and its parents. A chain has at most 8 tools and says a method and an address somewhere. */
export function resolveChain(
  manifests: ReadonlyMap<string, ToolManifest>,
  toolId: string
): { readonly kind: 'chain'; readonly chain: ToolChain } | ToolFault {
  const chain: ToolManifest[] = []
  for (let next: string | undefined = toolId; next !== undefined; next = chain.at(-1)?.parent) {
    const manifest = manifests.get(next)
    const child = chain.at(-1)?.tool_id
    if (manifest === undefined && child === undefined) return faulty('There is no tool of this name.')
    if (manifest === undefined) return faulty(`The parent of the tool ${child} is missing.`)
    if (chain.includes(manifest)) return faulty('The parents of the tool form a circle.')
    if (chain.length === LONGEST_CHAIN)
      return faulty('A tool has at most seven parents, one above the other.')
    chain.push(manifest)
  }
  for (const field of ['method', 'url'] as const) {
    if (ownerOf(chain, field) === null) return faulty(`The tool and its parents lack config.${field}.`)
  }
  return { kind: 'chain', chain }
}

/**
 * Finds the scope that the tool needs: that of the first manifest which says one, the leaf before its parents.
 * `action` is the parameter of that name; null: there is none. A manifest with `scopes` decides alone, so an action
 * that it does not list is a fault.
 */
export function requiredScope(
  chain: ToolChain,
  action: string | null
): { readonly kind: 'scope'; readonly scope: string } | { readonly kind: 'public' } | ToolFault {
  for (const { tool_id, required_scope: one, scopes } of chain) {
    if (scopes !== undefined && (action === null || !Object.hasOwn(scopes, action))) {
      return faulty(`The parameter action names none of the actions of the tool ${tool_id}.`)
    }
    const scope = scopes === undefined ? one : scopes[action ?? '']
    if (scope === null) return { kind: 'public' }
    if (scope !== undefined) return { kind: 'scope', scope }
  }
  return { kind: 'public' }
}

type Fields = ToolManifest['config']

/** The first value of a field, the leaf before its parents, and the manifest that says it. Null: none does. */
function ownerOf<Name extends keyof Fields>(
  chain: ToolChain,
  name: Name
): { readonly owner: ToolManifest; readonly value: Exclude<Fields[Name], undefined> } | null {
  for (const owner of chain) {
    const value = owner.config[name]
    if (value !== undefined) return { owner, value: value as Exclude<Fields[Name], undefined> }
  }
  return null
}

type Given = {
  readonly parameters: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string>>
  /** Characters that may still be filled in. */
  left: number
}

/**
 * Builds the request of a chain. `${NAME}` is replaced once, by the environment variable of that name if the manifest
 * that says the text declares it, else by the parameter; what is filled in is never searched again. Values in the
 * address are percent-encoded, so the host is always that of the manifest.
 */
export function requestOf(
  chain: ToolChain,
  parameters: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>>
): ({ readonly kind: 'request' } & ToolRequest) | ToolFault {
  const fault = jsonFault(parameters, PARAMETER_LIMITS)
  if (fault !== null) return faulty(`The parameters can’t be taken. ${fault}`)
  const given: Given = { parameters, environment, left: MOST_FILLED }
  try {
    const method = ownerOf(chain, 'method')?.value ?? 'GET'
    const url = urlOf(chain, given)
    const headers = headersOf(chain, given)
    const body = bodyOf(chain, given)
    if (body === null) return { kind: 'request', method, url, headers: [...headers], body }
    if (method === 'GET' || method === 'HEAD') return faulty('A tool that sends GET or HEAD has no body.')
    const type = headers.get('content-type') ?? 'application/json'
    if (!isJsonType(type)) {
      return faulty('The body of a tool is JSON, so its content-type is application/json.')
    }
    return { kind: 'request', method, url, headers: [...headers.set('content-type', type)], body }
  } catch (error) {
    if (error instanceof VaultError && error.code === 'INVALID_REQUEST') return faulty(error.message)
    throw error
  }
}

/** True for a `content-type` of JSON (RFC 8259 section 11) or of a format over it (`+json`, RFC 6839 section 3.1). */
export function isJsonType(type: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(type)
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}

/** The value of a NAME in a text of this manifest. */
function valueOf(name: string, owner: ToolManifest, given: Given): JsonValue {
  const isVariable = owner.environment?.includes(name) === true
  const values = isVariable ? given.environment : given.parameters
  if (!Object.hasOwn(values, name)) {
    throw refused(isVariable ? `The environment has no ${name}.` : `The parameter ${name} is missing.`)
  }
  const value = values[name] as JsonValue // `jsonFault` has read the parameters
  given.left -= typeof value === 'string' ? value.length : JSON.stringify(value).length
  if (given.left < 0) throw refused('The parameters are too long for one request.')
  return value
}

/** Fills every placeholder of a text; `written` turns a value into what stands there. */
function filled(
  text: string,
  { owner, given }: { readonly owner: ToolManifest; readonly given: Given },
  written: (value: string, name: string) => string
): string {
  return text.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = valueOf(name, owner, given)
    if (typeof value === 'object') throw refused(`The value of ${name} is text, a number, true or false.`)
    const plain = String(value)
    if (/\p{Cs}/u.test(plain)) throw refused(`The value of ${name} has half a character in it.`)
    return written(plain, name)
  })
}

function urlOf(chain: ToolChain, given: Given): string {
  const found = ownerOf(chain, 'url')
  if (found === null) throw refused('The tool and its parents lack config.url.')
  const { owner, value: url } = found
  const { origin, rest } = splitUrl(url)
  const host = filled(origin, { owner, given }, (value, name) => {
    if (owner.environment?.includes(name) !== true) throw refused(`${name} can’t be a part of the host.`)
    return origin === `\${${name}}` ? value.replace(/\/$/, '') : value
  }).toLowerCase()
  if (!isOrigin(host))
    throw refused('The environment gives no https:// address with a host and nothing after it.')
  const [path = ''] = /^[^?]*/.exec(rest) ?? []
  const whole =
    host +
    filled(path, { owner, given }, (value, name) => {
      // Without its name, an entry of a collection is the collection.
      if (value === '') throw refused(`The value of ${name} stands in the path and is empty.`)
      return encodeURIComponent(value)
    }) +
    filled(rest.slice(path.length), { owner, given }, encodeURIComponent)
  const target = readTargetText(whole)
  if (target.kind === 'fault') throw refused(faultSentence(target.fault))
  return whole
}

/** The headers by their names in lower case; a header of the leaf replaces that of a parent. */
function headersOf(chain: ToolChain, given: Given): Map<string, string> {
  const headers = new Map<string, string>()
  for (const owner of chain) {
    for (const [key, text] of Object.entries(owner.config.headers ?? {})) {
      const header = key.toLowerCase()
      if (headers.has(header)) continue
      const value = filled(text, { owner, given }, (value, name) => {
        if (/^[\x20-\x7e]*$/.test(value)) return value
        throw refused(
          `The value of ${name} stands in a header and has a line break or another unusual character.`
        )
      })
      headers.set(header, value)
    }
  }
  return headers
}

function bodyOf(chain: ToolChain, given: Given): string | null {
  const found = ownerOf(chain, 'body')
  if (found === null || found.value === null) return null
  const { owner, value } = found
  const member = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') {
      const [, whole] = /^\$\{(\w{1,64})\}$/.exec(value) ?? []
      return whole === undefined
        ? filled(value, { owner, given }, (plain) => plain)
        : valueOf(whole, owner, given)
    }
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(member)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, member(inner)]))
  }
  return JSON.stringify(member(value))
}
