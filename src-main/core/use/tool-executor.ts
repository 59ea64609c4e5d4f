import type { ToolManifest } from '#shared/broker/tool-manifest.ts'
import { problemCatalog, type ProblemCode, toProblem } from '#shared/problem.ts'
import { answerHeaders, checkHeaders } from './request-headers.ts'
import {
  isJsonType,
  requestOf,
  requiredScope,
  resolveChain,
  type ToolChain,
  type ToolFault,
  type ToolRequest
} from './tool-chain.ts'
import type { CredentialScheme, Header } from './use-ports.ts'

/** The credential that a tool needs, by name. Null account: the only one of the service. */
export type ToolAuth = {
  readonly service: string
  readonly account: string | null
  readonly scope: string
  readonly scheme: CredentialScheme
}

/** A whole answer; the sender limits its length. */
export type ToolAnswer = {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

/** What sends the requests of tools. Neither way follows a redirect. */
export type ToolPorts = {
  /** Sends without any credential and never touches the vault. */
  readonly sendPublic: (request: ToolRequest) => Promise<ToolAnswer>
  /**
   * Sends with the credential: the vault checks scope, host and approval, sets the header last and scrubs the answer.
   * Throws VaultError.
   */
  readonly sendWith: (request: ToolRequest, auth: ToolAuth) => Promise<ToolAnswer>
}

/** A client's wish to run a tool. `environment` has the variables that manifests may read, and may have more. */
export type ToolCall = {
  readonly toolId: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string>>
}

/** What the client gets. It holds nothing of the request. */
export type ToolResult = {
  /** The status is 200 to 299. */
  readonly success: boolean
  /** Null: no answer came, or nothing was sent. */
  readonly status: number | null
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON if the content type says so, else text. Null: empty, or not UTF-8, which `metadata.binary` says. */
  readonly body: unknown
  /** Null: success. */
  readonly error: string | null
  /**
   * Always `tool_id`, `version` and `chain`; where they apply: `auth_required` (true: signing in is what helps),
   * `auth_error` (the code of what is wrong with the credential) and `binary`.
   */
  readonly metadata: Readonly<Record<string, unknown>>
}

type Metadata = ToolResult['metadata']

/**
 * Runs a tool: finds its chain, builds and checks its request, and has it sent, with a credential if the tool needs a
 * scope. A tool that needs none never reaches the vault. Never throws: every fault is a result with a sentence.
 */
export async function runTool(
  ports: ToolPorts,
  manifests: ReadonlyMap<string, ToolManifest>,
  call: ToolCall
): Promise<ToolResult> {
  const resolved = resolveChain(manifests, call.toolId)
  if (resolved.kind === 'fault') return failed(resolved.message, { tool_id: null, version: null, chain: [] })
  const { chain } = resolved
  const metadata = {
    tool_id: chain[0]?.tool_id ?? null,
    version: chain[0]?.version ?? null,
    chain: chain.map(({ tool_id }) => tool_id)
  }
  const planned = planOf(chain, call)
  if (planned.kind === 'fault') return failed(planned.message, metadata)
  const { request, auth } = planned
  try {
    const answer = auth === null ? await ports.sendPublic(request) : await ports.sendWith(request, auth)
    return resultOf(answer, metadata)
  } catch (error) {
    return failedSend(error, auth, metadata)
  }
}

type Plan = { readonly kind: 'plan'; readonly request: ToolRequest; readonly auth: ToolAuth | null }

/** Everything that is checked before the vault is asked. */
function planOf(chain: ToolChain, { parameters, environment }: ToolCall): Plan | ToolFault {
  const action = Object.hasOwn(parameters, 'action') ? parameters['action'] : null
  const needed = requiredScope(chain, typeof action === 'string' ? action : null)
  if (needed.kind === 'fault') return needed
  const built = requestOf(chain, parameters, environment)
  if (built.kind === 'fault') return built
  const found = needed.kind === 'public' ? null : authOf(chain, needed.scope)
  if (found?.kind === 'fault') return found
  const auth = found?.auth ?? null
  const { method, url, headers, body } = built
  const checked = checkHeaders(headers, auth?.scheme.kind === 'header' ? auth.scheme.name : null)
  if (checked.kind === 'fault') return faulty(`A tool can’t set this header: ${checked.name}.`)
  return { kind: 'plan', request: { method, url, headers, body }, auth }
}

/**
 * The credential by the first manifest that names a service, the leaf before its parents. Account and scheme come from
 * that manifest or from one below it: those of its parents may belong to another service.
 */
function authOf(
  chain: ToolChain,
  scope: string
): { readonly kind: 'auth'; readonly auth: ToolAuth } | ToolFault {
  const naming = chain.findIndex(({ auth_service }) => auth_service !== undefined)
  const service = chain[naming]?.auth_service
  if (service === undefined)
    return faulty('The tool needs a scope, and auth_service names no service for it.')
  const speaking = chain.slice(0, naming + 1)
  const account = speaking.find(({ auth_account }) => auth_account !== undefined)?.auth_account ?? null
  const scheme = schemeOf(speaking.find(({ auth_type }) => auth_type !== undefined))
  return { kind: 'auth', auth: { service, account, scope, scheme } }
}

function schemeOf(manifest: ToolManifest | undefined): CredentialScheme {
  if (manifest?.auth_header !== undefined) return { kind: 'header', name: manifest.auth_header }
  if (manifest?.auth_user !== undefined) return { kind: 'basic', user: manifest.auth_user }
  return { kind: 'bearer' }
}

const signInCodes: ReadonlySet<ProblemCode> = new Set(['SIGN_IN_REQUIRED', 'UNKNOWN_SERVICE'])
const authCodes: ReadonlySet<ProblemCode> = new Set([
  'SCOPE_MISSING',
  'APPROVAL_DENIED',
  'ORIGIN_NOT_ALLOWED',
  'REFRESH_REJECTED',
  'REFRESH_UNREACHABLE',
  'ROTATION_LOST',
  'CLIENT_CHANGED',
  'CLIENT_REFUSED',
  'CONSENT_REQUIRED',
  'CREDENTIAL_UNREADABLE',
  'VAULT_LOCKED',
  'KEYCHAIN_UNAVAILABLE',
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_DENIED',
  'KEYCHAIN_TIMEOUT',
  'KEYCHAIN_DUPLICATE'
])

function failedSend(error: unknown, auth: ToolAuth | null, metadata: Metadata): ToolResult {
  const { code, message } = toProblem(error)
  if (auth === null) return failed(message, metadata)
  if (signInCodes.has(code)) {
    const sentence = `Not signed in to ${auth.service}. Sign in with: latchkey sign-in ${auth.service}`
    return failed(sentence, { ...metadata, auth_required: true })
  }
  if (!authCodes.has(code)) return failed(message, metadata)
  // A sign-in that is there and no longer good is missing, too: the same remedy helps.
  const isMissing = problemCatalog[code].remedy === 'sign-in'
  return failed(message, { ...metadata, ...(isMissing && { auth_required: true }), auth_error: code })
}

function failed(error: string, metadata: Metadata): ToolResult {
  return { success: false, status: null, headers: {}, body: null, error, metadata }
}

function faulty(message: string): ToolFault {
  return { kind: 'fault', message }
}

function resultOf({ status, headers, body }: ToolAnswer, metadata: Metadata): ToolResult {
  const kept = new Map<string, string>()
  for (const [given, value] of answerHeaders(headers)) {
    const name = given.toLowerCase()
    const before = kept.get(name)
    kept.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  const text = textOf(body)
  return {
    success: status >= 200 && status <= 299,
    status,
    headers: Object.fromEntries(kept),
    body: text === null || text === '' ? null : contentOf(text, kept.get('content-type') ?? ''),
    error: errorOf(status),
    metadata: text === null ? { ...metadata, binary: true } : metadata
  }
}

function errorOf(status: number): string | null {
  if (status >= 200 && status <= 299) return null
  if (status >= 300 && status <= 399)
    return `The server answered with status ${status}; a redirect is not followed.`
  return `The server answered with status ${status}.`
}

/** Bytes that become characters in one call; each is an argument of it. */
const PIECE = 8192

/**
 * The text of bytes in UTF-8, without a byte order mark. Null: they are not UTF-8, or have a NUL as only data has.
 * The language itself decodes UTF-8 in percent sequences alone; `TextDecoder` belongs to Node and to browsers.
 */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  let latin1 = ''
  for (let at = 0; at < bytes.length; at += PIECE) {
    latin1 += String.fromCharCode(...bytes.subarray(at, at + PIECE))
  }
  const escaped = latin1.replaceAll(/[%\x80-\xff]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
  try {
    return decodeURIComponent(escaped).replace(/^\uFEFF/, '')
  } catch {
    return null
  }
}

/** Levels of JSON in an answer, so that whoever walks through it does not run out of stack. */
const DEEPEST = 100

function contentOf(text: string, type: string): unknown {
  if (!isJsonType(type)) return text
  try {
    const value: unknown = JSON.parse(text)
    return isShallow(value, DEEPEST) ? value : text
  } catch {
    return text
  }
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1))
}
