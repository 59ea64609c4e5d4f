import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { credentialRef, hostName, scopeList } from '#shared/credential.ts'
import { toProblem } from '#shared/problem.ts'
import type { Credential } from '../../core/credential-record.ts'
import type { Clock } from '../../core/ports.ts'
import type { OAuthProvider } from '../../core/provider.ts'
import type { Found, FoundEntry, ImportReader } from '../../core/transfer/transfer-ports.ts'
import { isSealedText, unseal } from './age-file.ts'
import { decodeExport } from './export-document.ts'
import { inSlices } from './in-slices.ts'
import {
  fieldsOf,
  jsonOf,
  originOf,
  type ParseContext,
  refuse,
  refusedEntry,
  serverOf,
  shownNameOf,
  UNSHOWABLE
} from './found-entries.ts'
import { isAwsText, parseAws } from './parse-aws.ts'
import { parseEnv } from './parse-env.ts'
import { parseGhHosts } from './parse-gh-hosts.ts'
import { parseKeysJson } from './parse-json.ts'
import {
  isMcpJson,
  parseKstlibToken,
  parseLlxprtKey,
  parseMcp,
  parseMcpRemote,
  refuseSealedFile,
  requireOpen
} from './parse-tokens.ts'
import type { KeyService } from './secret-names.ts'

type ReaderPorts = {
  readonly clock: Pick<Clock, 'now'>
  readonly services: readonly KeyService[]
  /**
   * Returns the provider row to keep with a sign-in from a file. Throws INVALID_REQUEST for a row that is not
   * accepted.
   */
  readonly providerOf: (given: OAuthProvider) => OAuthProvider
}
const LONGEST = 4_000_000
const MOST_LINES = 20_000
type Parser = (fileName: string, text: string, context: ParseContext) => Found | Promise<Found>

/** Formats that are recognized by the file's name; the others are recognized by their content. */
const named: readonly (readonly [name: RegExp, parse: Parser])[] = [
  [/^hosts\.ya?ml$/, (_name, text, context) => parseGhHosts(text, context)],
  [/\.key$/, parseLlxprtKey],
  [/\.enc$/, () => refuseSealedFile()],
  [/^mcp-oauth-tokens(?:-v2)?\.json$/, (_name, text, context) => parseMcp(openJson(text), context)],
  [/^[0-9a-f]{32,64}_tokens\.json$/, (name, text, context) => parseMcpRemote(name, openJson(text), context)],
  [/\.(?:token|sops)\.json$/, (name, text, context) => parseKstlibToken(name, openJson(text), context)]
]

/** Reads Latchkey's own exports and the files of other tools. */
export function createImportReader({ clock, services, providerOf }: ReaderPorts): ImportReader {
  return {
    isSealed: (text) => text.expose(isSealedText),
    open: async (text, secret) => {
      const opened = await text.expose((sealed) => unseal(sealed, secret))
      const credentials = await decodeExport(opened)
      const entries = await inSlices(credentials, (one) => exported(one, { services, providerOf }))
      return { format: 'latchkey', entries, skipped: [], leavesSecrets: false, rest: null }
    },
    read: async ({ text, fileName }) => {
      const context = { now: clock.now(), services }
      return await text.expose((content) => parsed(fileName ?? '', content.replace(/^\uFEFF/, ''), context))
    }
  }
}

function parsed(fileName: string, text: string, context: ParseContext): Found | Promise<Found> {
  if (text.length > LONGEST) throw refuse('It is longer than four million characters. Import it in parts.')
  const [, parse] = named.find(([name]) => name.test(fileName)) ?? []
  return parse === undefined ? parsedByContent(text, context) : parse(fileName, text, context)
}

/**
 * Throws INVALID_REQUEST if the text has more lines than any file of settings: reading them would block all
 * other work.
 */
function requireFewLines(text: string): void {
  let lines = 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  if (lines > MOST_LINES) throw refuse('It has more than 20,000 lines. Import it in parts.')
}

async function parsedByContent(text: string, context: ParseContext): Promise<Found> {
  requireOpen(text)
  const json = jsonOf(text)
  if (typeof json === 'object' && json !== null) {
    await setImmediate() // reading a long text and looking through it are two turns
    if (isMcpJson(json)) return parseMcp(json, context)
    refuseUnknownTokens(json)
    return parseKeysJson(json, context)
  }
  requireFewLines(text)
  if (/^[ \t]+(?:oauth_token:|users:[ \t]*\r?$)/m.test(text)) return parseGhHosts(text, context)
  if (isAwsText(text)) return parseAws(text, context)
  const env = await parseEnv(text, context)
  if (env !== null) return env
  throw refuse(
    'Latchkey does not know this format. It reads its own exports, .env, JSON, and the files of gh, AWS, llxprt, kstlib and MCP hosts.'
  )
}

/** Refuses fields of a token response, because its service is unknown. */
function refuseUnknownTokens(json: object): void {
  const fields = fieldsOf(json)
  if (fields !== null && 'access_token' in fields) {
    throw refuse(
      'This is a token of a tool that Latchkey does not know. A file of kstlib must be named PROVIDER.token.json; for others, sign in here.'
    )
  }
}

/** Parses JSON. Throws INVALID_REQUEST for a file that llxprt sealed and for a text that is not JSON. */
function openJson(text: string): unknown {
  requireOpen(text)
  const json = jsonOf(text)
  if (json === null) throw refuse('The file is not JSON. It may be damaged, or written by another version.')
  return json
}

/**
 * Returns the entry of an exported record. Anyone who knew the passphrase may have made it, so it is checked
 * like any text from outside.
 */
function exported(
  credential: Credential,
  { services, providerOf }: Pick<ReaderPorts, 'services' | 'providerOf'>
): FoundEntry {
  const { ref, kind } = credential
  const shared = { ref, kind, name: exportedName(credential, services) }
  try {
    if (!v.is(credentialRef, ref)) throw refuse(UNSHOWABLE)
    const taken = judged(credential, providerOf)
    const issuer = taken.kind === 'oauth' ? originOf(taken.provider.endpoints.issuer) : serverOf(taken)
    return { ...shared, credential: taken, note: null, ...(issuer !== null && { issuer }) }
  } catch (error) {
    return refusedEntry(shared, toProblem(error).message)
  }
}

/** Throws INVALID_REQUEST for values that an entry of Latchkey can't hold. */
function judged(credential: Credential, providerOf: ReaderPorts['providerOf']): Credential {
  if (credential.kind === 'api-key') {
    if (v.is(v.array(hostName), credential.allowedHosts)) return credential
    throw refuse('One of its allowed hosts has a name that can’t be saved.')
  }
  if (credential.kind !== 'oauth') return credential
  const { scopesGranted, scopesRequested } = credential
  if (!v.is(scopeList, scopesGranted) || !v.is(scopeList, scopesRequested)) {
    throw refuse('It has scopes that can’t be saved.')
  }
  return { ...credential, provider: providerOf(credential.provider) }
}

/**
 * Returns the name of the entry: Latchkey's own name for a known service. Other services can't take that
 * name.
 */
function exportedName(credential: Credential, services: readonly KeyService[]): string {
  const { ref } = credential
  const known = services.find(({ id }) => id === ref.service)
  if (known !== undefined) return known.name
  const name = shownNameOf(credential.kind === 'oauth' ? credential.provider.name : credential.name, ref)
  return services.some((row) => row.name.toLowerCase() === name.toLowerCase()) ? ref.service : name
}
