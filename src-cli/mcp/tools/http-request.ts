import * as v from 'valibot'
import type { UseAnswer, UseRequest } from '#shared/broker/use.ts'
import { repeatOf } from '../../client/lost-request.ts'
import { currentRun } from '../../client/run-secret.ts'
import { whereabouts } from '../../client/whereabouts.ts'
import { agentTool, ToolFault } from './agent-tool.ts'
import { asked } from './asked.ts'
import { cutText, readBody } from './bounded.ts'
import { fields } from './fields.ts'

type Answered = Extract<UseAnswer, { kind: 'answer' }>

const MOST_BODY = 4 * 1024 * 1024
/** Bytes that the headers of an answer may take. */
const MOST_HEADERS = 4096

const body = v.pipe(v.string(), v.maxLength(MOST_BODY))

const input = v.strictObject({
  service: fields.service,
  url: fields.url,
  method: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z][A-Za-z-]{0,19}$/),
      v.description('default: GET, or POST with a body')
    )
  ),
  account: fields.account,
  headers: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.maxLength(200)), v.pipe(v.string(), v.maxLength(8192))),
      v.description('further headers; Latchkey adds the credential’s own')
    )
  ),
  body: v.optional(v.pipe(body, v.description('the body as text'))),
  body_base64: v.optional(v.pipe(body, v.base64(), v.description('the body as base64, for bytes'))),
  scope: fields.scope,
  reason: fields.reason,
  pending: fields.pending
})

/** All that `latchkey request` can, but for files: the server may stand outside the sandbox of its host. */
export const httpRequest = agentTool({
  name: 'http_request',
  title: 'Send a request with a credential',
  description:
    'Sends one HTTPS request with the person’s credential of a service, which is added by Latchkey and never shown. Only hosts of that service. Redirects are given back, not followed. A body that is too long is cut, and “cut” says so: ask for less.',
  input,
  isReadOnly: false,
  run: async (args, call) => {
    const bytes = bodyOf(args)
    const request = requestOf(args, bytes !== null)
    const outcome = await asked(call, {
      request: 'use',
      args: [request],
      ...(bytes !== null && { body: () => once(bytes) }),
      pending: args.pending,
      repeat: repeatOf(request.method)
    })
    if (outcome.kind === 'pending') return outcome.reply
    const { status, statusText, headers } = outcome.answer.value as Answered
    const read = await readBody(outcome.answer.body)
    return {
      state: 'answered',
      status,
      status_text: statusText,
      headers: headersOf(headers),
      body: read.body,
      encoding: read.encoding,
      cut: read.isCut
    }
  }
})

type Input = v.InferOutput<typeof input>

function requestOf(args: Input, hasBody: boolean): UseRequest {
  return {
    service: args.service,
    account: args.account ?? null,
    method: (args.method ?? (hasBody ? 'POST' : 'GET')).toUpperCase(),
    url: args.url,
    headers: Object.entries(args.headers ?? {}),
    hasBody,
    scope: args.scope ?? null,
    reason: args.reason ?? null,
    // The call comes back for the answer; it does not hold the vault meanwhile.
    waits: false,
    ...currentRun(),
    ...whereabouts()
  }
}

/** Null: there is none. */
function bodyOf({ body: text, body_base64: base64 }: Input): Buffer | null {
  if (text !== undefined && base64 !== undefined) {
    throw new ToolFault('INVALID_REQUEST', 'body and body_base64 do not go together.')
  }
  if (text !== undefined) return Buffer.from(text)
  return base64 === undefined ? null : Buffer.from(base64, 'base64')
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Headers by name; those that find no room are left out. */
function headersOf(all: Answered['headers']): Record<string, string> {
  const shown: Record<string, string> = Object.create(null) as Record<string, string>
  let room = MOST_HEADERS
  for (const [name, value] of all) {
    const before = shown[name]
    const text = cutText(before === undefined ? value : `${before}, ${value}`, 1024)
    room -= Buffer.byteLength(JSON.stringify([name, text]))
    if (room < 0) break
    shown[name] = text
  }
  return shown
}
