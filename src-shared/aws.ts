import * as v from 'valibot'
import { awsForms } from './aws-forms.ts'

const written = ({ form, sentence }: { readonly form: RegExp; readonly sentence: string }) =>
  v.pipe(v.string(), v.regex(form, sentence))

export const accessKeyId = written(awsForms.accessKeyId)
export const mfaCode = written(awsForms.code)

/** The settings of access keys that are not secret; null: not set. */
export const awsSettings = {
  roleArn: v.nullable(written(awsForms.roleArn)),
  mfaSerial: v.nullable(written(awsForms.mfaSerial)),
  region: v.nullable(written(awsForms.region)),
  endpoint: v.nullable(written(awsForms.endpoint))
} as const
