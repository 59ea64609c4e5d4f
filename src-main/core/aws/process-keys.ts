import { awsForms } from '#shared/aws-forms.ts'
import { VaultError } from '#shared/problem.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { Secret } from '../secret.ts'
import type { StopSignal } from '../use/stop-signal.ts'
import type { AwsSessions } from './aws-sessions.ts'

/** What the helper of AWS is given: the keys as JSON, and the time at which they end; null: they do not. */
type ProcessKeys = { readonly secret: Secret; readonly until: Date | null }

/**
 * Returns the keys of a `credential_process` without its version and its end. `role` null: that of the account.
 * Throws INVALID_REQUEST for a role that is none, and as `AwsSessions.given`.
 */
export async function processKeys(
  sessions: Pick<AwsSessions, 'given'>,
  {
    ref,
    role,
    signal
  }: { readonly ref: CredentialRef; readonly role: string | null; readonly signal: StopSignal }
): Promise<ProcessKeys> {
  if (role !== null && !awsForms.roleArn.form.test(role)) {
    throw new VaultError('INVALID_REQUEST', { message: awsForms.roleArn.sentence })
  }
  const { accessKeyId, secretKey, sessionToken, until, owner } = await sessions.given(ref, role, signal)
  const text = JSON.stringify({
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretKey.expose((secret) => secret),
    ...(sessionToken !== null && { SessionToken: sessionToken.expose((token) => token) }),
    ...(owner !== null && { AccountId: owner })
  })
  return { secret: new Secret(text), until }
}
