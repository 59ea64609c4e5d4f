import * as v from 'valibot'
import { problemCodes, remedies } from './problem.ts'

/** A problem as it comes from the vault process. Apart from `problem.ts`, so that a client loads no schema library. */
export const problemSchema = v.strictObject({
  code: v.picklist(problemCodes),
  remedy: v.picklist(remedies),
  retryable: v.boolean(),
  message: v.pipe(v.string(), v.maxLength(600))
})
