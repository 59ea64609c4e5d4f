import type { CallToolResult } from '@modelcontextprotocol/server'
import { problemCatalog, toProblem } from '#shared/problem.ts'
import { VaultRefusal } from '../../src-socket/vault-connection.ts'
import { ToolFault, type ToolReply } from './tools/agent-tool.ts'
import { MOST_ANSWER } from './tools/bounded.ts'

/** The same JSON as text and as structured content: some hosts pass on only one of them. */
export function toolResult(reply: ToolReply): CallToolResult {
  const text = JSON.stringify(reply)
  if (Buffer.byteLength(text) > MOST_ANSWER) return errorResult(new ToolFault('ANSWER_TOO_LONG', TOO_LONG))
  return { content: [{ type: 'text', text }], structuredContent: { ...reply } }
}

const TOO_LONG = 'The answer is longer than a host can take. Ask for less.'

/** A fault as content, so that the model reads it. Only fixed sentences and codes are told. */
export function errorResult(error: unknown): CallToolResult {
  const reply = { state: 'failed', error: told(error) }
  return { content: [{ type: 'text', text: JSON.stringify(reply) }], structuredContent: reply, isError: true }
}

type Told = { readonly code: string; readonly message: string; readonly remedy?: string }

function told(error: unknown): Told {
  if (error instanceof ToolFault) return { code: error.code, message: error.message }
  const { code, message } = error instanceof VaultRefusal ? error.problem : toProblem(error)
  const remedy = Object.hasOwn(problemCatalog, code) ? problemCatalog[code].remedy : 'none'
  return { code, message, ...(remedy !== 'none' && { remedy: remedies[remedy] }) }
}

const remedies = {
  'sign-in': 'Call sign_in, or ask the person to sign in again in Latchkey.',
  retry: 'Try again later.',
  unlock: 'The person has to unlock Latchkey.',
  'choose-store': 'The person has to open Latchkey.'
} as const
