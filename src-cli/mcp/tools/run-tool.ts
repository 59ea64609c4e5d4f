import * as v from 'valibot'
import type { ToolAnswerView, ToolCallRequest } from '#shared/broker/use.ts'
import { currentRun } from '../../client/run-secret.ts'
import { whereabouts } from '../../client/whereabouts.ts'
import { agentTool, ToolFault, type ToolReply } from './agent-tool.ts'
import { asked } from './asked.ts'
import { cutText, MOST_TEXT } from './bounded.ts'
import { fields } from './fields.ts'

type Result = Extract<ToolAnswerView, { kind: 'result' }>['result']

const input = v.strictObject({
  tool_id: v.pipe(v.string(), v.maxLength(100), v.description('which tool of the manifests')),
  parameters: v.optional(v.pipe(v.looseObject({}), v.description('by name'))),
  manifests: v.optional(
    v.pipe(
      v.array(v.looseObject({})),
      v.minLength(1),
      v.maxLength(32),
      v.description(
        'manifests of the tool and its parents; default: those of the folder that the person named'
      )
    )
  ),
  environment: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.maxLength(64)), v.pipe(v.string(), v.maxLength(8192))),
      v.description('values of the names that the manifests list under environment')
    )
  ),
  reason: fields.reason,
  pending: fields.pending
})

/** Runs a tool of the person's folder, or one whose manifest comes with the call. */
export const runToolTool = agentTool({
  name: 'run_tool',
  title: 'Run a tool of a manifest',
  description:
    'Sends the one request that a manifest describes and gives its result; the credential stays in Latchkey.',
  input,
  isReadOnly: false,
  run: async (args, call) => {
    const outcome = await asked(call, {
      request: 'runTool',
      args: [callOf(args, call)],
      pending: args.pending,
      repeat: 'unknown'
    })
    if (outcome.kind === 'pending') return outcome.reply
    return replyOf((outcome.answer.value as { readonly result: Result }).result)
  }
})

/** The environment of this process is for the person's manifests alone: one that comes with the call could name any of it. */
function callOf(
  { tool_id: toolId, parameters = {}, manifests, environment = {}, reason }: v.InferOutput<typeof input>,
  own: { readonly manifests: readonly unknown[]; readonly environment: Readonly<Record<string, string>> }
): ToolCallRequest {
  if (manifests === undefined && own.manifests.length === 0) throw new ToolFault('INVALID_REQUEST', NO_FOLDER)
  return {
    manifests: [...(manifests ?? own.manifests)],
    toolId,
    parameters,
    environment: manifests === undefined ? { ...environment, ...own.environment } : environment,
    reason: reason ?? null,
    waits: false,
    ...currentRun(),
    ...whereabouts()
  }
}

const NO_FOLDER = 'Give manifests: the person has named no folder of them (“latchkey mcp --tools FOLDER”).'

function replyOf({ success, status, headers, body, error, metadata }: Result): ToolReply {
  const text = JSON.stringify(body ?? null)
  const cut = cutText(text, MOST_TEXT)
  const isCut = cut.length < text.length
  return {
    state: 'answered',
    success,
    status,
    headers: Object.fromEntries(
      Object.entries(headers)
        .slice(0, 20)
        .map(([name, value]) => [name, cutText(value, 200)])
    ),
    body: isCut ? cut : body,
    cut: isCut,
    error: error === null ? null : cutText(error, 1000),
    metadata
  }
}
