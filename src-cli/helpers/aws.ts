import { parseArgs } from 'node:util'
import { AWS_HOST, AWS_SERVICE, awsForms } from '#shared/aws-forms.ts'
import type { Helper } from './helper.ts'
import type { HelperCredential } from './helper-vault.ts'

const DONE = 0
const REFUSED = 1
const NONE = 'There are no access keys of AWS for this account. Add them with “latchkey aws add”.'
const USAGE =
  'The setting credential_process takes --account NAME and --role ARN. Run “latchkey setup aws” again.'

/**
 * Answers the tools of AWS as a `credential_process`: one JSON object with the keys, and the time at which they end if they
 * do. They show what is written to standard error. Protocol: docs.aws.amazon.com/sdkref, “Process credential provider”.
 */
export const awsHelper: Helper = async ({ args, write, writeError }, vault) => {
  const refuse = (sentence: string): number => {
    writeError(`latchkey: ${sentence}\n`)
    return REFUSED
  }
  const wanted = readWish(args)
  if (wanted === null) return refuse(USAGE)
  const { account, role } = wanted
  const answer = await vault.credential({
    helper: 'aws',
    host: AWS_HOST,
    service: AWS_SERVICE,
    account,
    scope: role
  })
  if (answer.kind === 'none') return refuse(NONE)
  if (answer.kind === 'refused') return refuse(answer.sentence)
  write(`${JSON.stringify(processAnswer(answer.credential))}\n`)
  return DONE
}

/** The value of the credential is the JSON of the keys, as the vault makes it. */
function processAnswer({ value, expiresAt }: HelperCredential) {
  const keys = JSON.parse(value) as Readonly<Record<string, string>>
  return { Version: 1, ...keys, ...(expiresAt !== null && { Expiration: expiresAt }) }
}

/** `account` null: the only one. `role` null: that of the account. Null: the arguments are not understood. */
function readWish(
  args: readonly string[]
): { readonly account: string | null; readonly role: string | null } | null {
  try {
    const options = { account: { type: 'string' }, role: { type: 'string' } } as const
    const { account = null, role = null } = parseArgs({ args: [...args], options }).values
    return role === null || awsForms.roleArn.form.test(role) ? { account, role } : null
  } catch {
    return null
  }
}
