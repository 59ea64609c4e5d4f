import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'

/**
 * The schema of a tool's arguments as the protocol wants it. Its faults name the place and quote no value. A field that
 * is null counts as left out: hosts that fill in every field send that.
 */
export function toolSchema(schema: v.GenericSchema): StandardSchemaWithJSON<unknown, unknown> {
  const { '~standard': standard } = toStandardJsonSchema(schema)
  return {
    '~standard': {
      ...standard,
      validate: (value: unknown) => {
        const read = v.safeParse(schema, withoutNulls(value), { abortEarly: true })
        return read.success ? { value: read.output } : { issues: [{ message: faultOf(read.issues) }] }
      }
    }
  }
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null))
}

/** Names a field that the tool has; the name of another one is the caller's text. */
function faultOf([issue]: readonly v.BaseIssue<unknown>[]): string {
  if (issue?.expected === 'never') return 'a field is not known to this tool. See its schema.'
  const [first] = issue?.path ?? []
  if (typeof first?.key !== 'string') return 'the arguments are no object of fields.'
  return `the field ${first.key} ${issue?.received === 'undefined' ? 'is missing' : 'has another form than the schema says'}.`
}
