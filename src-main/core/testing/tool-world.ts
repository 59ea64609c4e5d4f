import { readManifest, type ToolManifest } from '#shared/broker/tool-manifest.ts'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../secret.ts'
import type { ToolRequest } from '../use/tool-chain.ts'
import {
  runTool,
  type ToolAnswer,
  type ToolAuth,
  type ToolPorts,
  type ToolResult
} from '../use/tool-executor.ts'

export type Fields = Readonly<Record<string, unknown>>
/** The token of the only sign-in. */
export const TOKEN = 'cnry_4f9a1c77e0b2d6835a'
export const ANON_KEY = 'anon-key-of-the-project'
export const environment = {
  SUPABASE_URL: 'https://project.supabase.example',
  SUPABASE_ANON_KEY: ANON_KEY
}

/** The tool `registry` of the usage guide, which the project began with. */
export const registry = {
  tool_id: 'registry',
  executor_id: 'http_client',
  version: '1.0.0',
  scopes: { search: null, upload: 'registry:write' },
  auth_service: 'supabase',
  environment: ['SUPABASE_URL', 'SUPABASE_ANON_KEY'],
  config: {
    method: 'POST',
    url: '${SUPABASE_URL}/rest/v1/directives',
    headers: { apikey: '${SUPABASE_ANON_KEY}' },
    body: { action: '${action}', file: '${file}' }
  }
}
export const upload = { action: 'upload', file: 'model.bin' }

/** The bytes of a text in UTF-8; `TextEncoder` belongs to Node and to browsers. */
function bytesOf(text: string): Uint8Array {
  const plain = encodeURIComponent(text).replaceAll(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16))
  )
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0))
}

export function answer(
  status: number,
  body: string | Uint8Array,
  headers: ToolAnswer['headers'] = []
): ToolAnswer {
  return { status, headers, body: typeof body === 'string' ? bytesOf(body) : body }
}
export const json = [['Content-Type', 'application/json; charset=utf-8']] as const
const created = (): ToolAnswer => answer(201, '{"id": 7}', json)

/** What reached the server: a request, and its credential as the vault set it. */
type Arrived = { readonly request: ToolRequest; readonly authorization: string | null }

/**
 * A vault with one sign-in that is good for one host and one scope. It sets the header last and lets it out to the
 * server alone; `arrived` is what the server saw.
 */
export function world(answers: (request: ToolRequest) => ToolAnswer = created) {
  const held = new Secret(TOKEN)
  const arrived: Arrived[] = []
  const asked: ToolAuth[] = []
  const ports: ToolPorts = {
    sendPublic: async (request) => {
      arrived.push({ request, authorization: null })
      return answers(request)
    },
    sendWith: async (request, auth) => {
      asked.push(auth)
      if (auth.service !== 'supabase') throw new VaultError('UNKNOWN_SERVICE')
      if (auth.scope !== 'registry:write') throw new VaultError('SCOPE_MISSING')
      if (!request.url.startsWith('https://project.supabase.example/'))
        throw new VaultError('ORIGIN_NOT_ALLOWED')
      arrived.push({ request, authorization: held.expose((token) => `Bearer ${token}`) })
      return answers(request)
    }
  }
  return { ports, arrived, asked }
}

/** A vault that fails whenever it is asked. */
export const brokenVault = (ports: ToolPorts): ToolPorts => ({
  ...ports,
  sendWith: () => Promise.reject(new Error('The vault was asked.'))
})
/** A vault that answers with this error. */
export const throwing = (error: unknown): ToolPorts => ({
  ...world().ports,
  sendWith: async () => {
    throw error
  }
})

/** Manifests by their ids. */
export function toolsOf(...all: readonly Fields[]): ReadonlyMap<string, ToolManifest> {
  return new Map(
    all.map((fields) => {
      const read = readManifest(fields)
      if (read.kind === 'fault') throw new Error(read.message)
      return [read.manifest.tool_id, read.manifest]
    })
  )
}
/** Runs the first of these tools, or `registry`. */
export const run = (
  ports: ToolPorts,
  parameters: Fields = upload,
  ...tools: readonly Fields[]
): Promise<ToolResult> =>
  runTool(ports, toolsOf(registry, ...tools), {
    toolId:
      toolsOf(...tools)
        .keys()
        .next().value ?? 'registry',
    parameters,
    environment
  })
