import { AWS_NAME, AWS_SERVICE } from '#shared/aws-forms.ts'
import type { AwsKeysRequest } from '#shared/broker/aws.ts'
import { VaultError } from '#shared/problem.ts'
import { cleanKey } from '../api-key.ts'
import type { AwsKeys, Credential } from '../credential-record.ts'

const NONE = 'There are no access keys of AWS for this account yet. Add them with “latchkey aws add”.'
const OTHER_KIND = 'An entry of another kind already has this account of AWS. Choose another account.'
const THERE = 'This account has a pair already. Replace it with --replace, or choose another account.'

/**
 * Returns the record that a person wants: a new pair, or other settings of the one that is `held`. Settings that
 * are not named stay as they are with the same pair. Throws INVALID_REQUEST for a secret key that can be none,
 * for a pair that would be replaced unasked, and for settings without a pair.
 */
export function awsKeysFrom(
  { account, pair, settings, replace }: AwsKeysRequest,
  held: Credential | null,
  now: Date
): AwsKeys {
  if (held !== null && held.kind !== 'aws') throw invalid(OTHER_KIND)
  if (pair === null) {
    if (held === null) throw invalid(NONE)
    const session = settings.mfaSerial === undefined ? held.session : null
    return { ...held, ...settings, session }
  }
  if (held !== null && !replace) throw invalid(THERE)
  return {
    kind: 'aws',
    ref: { service: AWS_SERVICE, account },
    name: AWS_NAME,
    accessKeyId: pair.accessKeyId,
    secretKey: cleanKey(pair.secretKey),
    sessionToken: null,
    expiry: { kind: 'never' },
    roleArn: null,
    mfaSerial: null,
    region: null,
    endpoint: null,
    ...settings,
    session: null,
    obtainedAt: now
  }
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
