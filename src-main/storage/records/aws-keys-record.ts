import * as v from 'valibot'
import { accessKeyId, awsSettings } from '#shared/aws.ts'
import type { AwsKeys } from '../../core/credential-record.ts'
import type { Secret } from '../../core/secret.ts'
import { storedInstant, storedLifetime, storedRef, storedSecret, toStoredLifetime } from './record-schema.ts'

/** Access keys of AWS in their stored form. */
export const awsKeysRecord = v.strictObject({
  v: v.literal(1),
  kind: v.literal('aws'),
  ref: storedRef,
  name: v.string(),
  accessKeyId,
  secretKey: storedSecret,
  sessionToken: v.nullable(storedSecret),
  expiry: storedLifetime,
  ...awsSettings,
  session: v.nullable(
    v.strictObject({ accessKeyId, secretKey: storedSecret, sessionToken: storedSecret, until: storedInstant })
  ),
  obtainedAt: storedInstant
})

/** Returns the record, with secrets in clear. Only for the credential codec. */
export function awsKeysToRecord(keys: AwsKeys): v.InferInput<typeof awsKeysRecord> {
  return {
    ...keys,
    v: 1,
    secretKey: shown(keys.secretKey),
    sessionToken: keys.sessionToken && shown(keys.sessionToken),
    session: keys.session && {
      accessKeyId: keys.session.accessKeyId,
      secretKey: shown(keys.session.secretKey),
      sessionToken: shown(keys.session.sessionToken),
      until: keys.session.until.toISOString()
    },
    expiry: toStoredLifetime(keys.expiry),
    obtainedAt: keys.obtainedAt.toISOString()
  }
}

const shown = (secret: Secret): string => secret.expose((text) => text)
