import * as v from 'valibot'
import { credentialRef } from '#shared/credential.ts'
import type { Credential } from '../../core/credential-record.ts'
import type { Clock } from '../../core/ports.ts'
import type { Found, FoundEntry, ImportReader } from '../../core/transfer/transfer-ports.ts'
import { isSealedText, unseal } from './age-file.ts'
import { decodeExport } from './export-document.ts'
import {
  fieldsOf,
  jsonOf,
  type ParseContext,
  refuse,
  refusedEntry,
  shownNameOf,
  UNSHOWABLE
} from './found-entries.ts'
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

type ReaderPorts = { readonly clock: Pick<Clock, 'now'>; readonly services: readonly KeyService[] }
type Parser = (fileName: string, text: string, context: ParseContext) => Found

/** Formats that a file's name tells; the others are told by what is in them. */
const named: readonly (readonly [name: RegExp, parse: Parser])[] = [
  [/^hosts\.ya?ml$/, (_name, text, context) => parseGhHosts(text, context)],
  [/\.key$/, parseLlxprtKey],
  [/\.enc$/, () => refuseSealedFile()],
  [/^mcp-oauth-tokens(?:-v2)?\.json$/, (_name, text, context) => parseMcp(openJson(text), context)],
  [/^[0-9a-f]{32,64}_tokens\.json$/, (name, text, context) => parseMcpRemote(name, openJson(text), context)],
  [/\.(?:token|sops)\.json$/, (name, text, context) => parseKstlibToken(name, openJson(text), context)]
]

/** Reads what Latchkey exported and what other tools keep. */
export function createImportReader({ clock, services }: ReaderPorts): ImportReader {
  return {
    isSealed: (text) => text.expose(isSealedText),
    open: async (text, secret) => {
      const opened = await text.expose((sealed) => unseal(sealed, secret))
      const entries = decodeExport(opened).map(exported)
      return { format: 'latchkey', entries, skipped: [], leavesSecrets: false, rest: null }
    },
    read: ({ text, fileName }) => {
      const context = { now: clock.now(), services }
      return text.expose((content) => parsed(fileName ?? '', content.replace(/^\uFEFF/, ''), context))
    }
  }
}

function parsed(fileName: string, text: string, context: ParseContext): Found {
  const [, parse] = named.find(([name]) => name.test(fileName)) ?? []
  return parse === undefined ? parsedByContent(text, context) : parse(fileName, text, context)
}

function parsedByContent(text: string, context: ParseContext): Found {
  requireOpen(text)
  const json = jsonOf(text)
  if (typeof json === 'object' && json !== null) {
    if (isMcpJson(json)) return parseMcp(json, context)
    refuseUnknownTokens(json)
    return parseKeysJson(json, context)
  }
  if (/^[ \t]+(?:oauth_token:|users:[ \t]*\r?$)/m.test(text)) return parseGhHosts(text, context)
  const env = parseEnv(text, context)
  if (env !== null) return env
  throw refuse(
    'Latchkey does not know this format. It reads its own exports, .env, JSON, and the files of gh, llxprt, kstlib and MCP hosts.'
  )
}

/** Fields like these are a token answer, and nobody here knows of which service. */
function refuseUnknownTokens(json: object): void {
  const fields = fieldsOf(json)
  if (fields !== null && 'access_token' in fields) {
    throw refuse(
      'This is a token of a tool that Latchkey does not know. A file of kstlib must be named PROVIDER.token.json; for others, sign in here.'
    )
  }
}

/** Throws INVALID_REQUEST for what llxprt sealed and for what is not JSON. */
function openJson(text: string): unknown {
  requireOpen(text)
  const json = jsonOf(text)
  if (json === null) throw refuse('The file is not JSON. It may be damaged, or written by another version.')
  return json
}

function exported(credential: Credential): FoundEntry {
  const { ref, kind } = credential
  const name = shownNameOf(credential.kind === 'oauth' ? credential.provider.name : credential.name, ref)
  if (!v.is(credentialRef, ref)) return refusedEntry({ ref, kind, name }, UNSHOWABLE)
  return { ref, kind, name, credential, note: null }
}
