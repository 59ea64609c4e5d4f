import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { toolSchema } from './tool-schema.ts'

const schema = toolSchema(
  v.strictObject({ service: v.pipe(v.string(), v.regex(/^[a-z]+$/)), scope: v.optional(v.string()) })
)
const read = (value: unknown) => schema['~standard'].validate(value)
const SECRET = 'sk_live_canary'

describe('the schema of a tool', () => {
  it('takes null for what is left out', () => {
    expect(read({ service: 'github', scope: null })).toEqual({ value: { service: 'github' } })
  })

  it.each([
    [
      'a field of another form',
      { service: SECRET },
      'the field service has another form than the schema says.'
    ],
    ['a field that is missing', {}, 'the field service is missing.'],
    [
      'a field that it has not',
      { service: 'a', [SECRET]: 1 },
      'a field is not known to this tool. See its schema.'
    ],
    ['a list', [SECRET], 'the field service is missing.'],
    ['a text', SECRET, 'the arguments are no object of fields.']
  ])('names the place of a fault and quotes nothing: %s', (_, value, message) => {
    expect(read(value)).toEqual({ issues: [{ message }] })
  })

  it('is a closed object as JSON schema', () => {
    const json = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
    expect(json).toMatchObject({ type: 'object', required: ['service'], additionalProperties: false })
  })
})
