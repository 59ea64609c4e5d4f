import * as v from 'valibot'
import { accessKeyId, awsSettings, mfaCode } from '../aws.ts'
import { credentialRef, credentialSummary } from '../credential.ts'
import type { SocketRow } from './requests.ts'

const account = credentialRef.entries.account
const { roleArn, mfaSerial, region, endpoint } = awsSettings

const awsKeysRequest = v.strictObject({
  account,
  /** Null: the pair that is there stays. */
  pair: v.nullable(
    v.strictObject({ accessKeyId, secretKey: v.pipe(v.string(), v.minLength(16), v.maxLength(200)) })
  ),
  /** A setting that is absent stays as it is; of a new pair it is not set. */
  settings: v.strictObject({
    roleArn: v.exactOptional(roleArn),
    mfaSerial: v.exactOptional(mfaSerial),
    region: v.exactOptional(region),
    endpoint: v.exactOptional(endpoint)
  }),
  /** False: a new pair is refused where one is already. */
  replace: v.boolean()
})
export type AwsKeysRequest = v.InferOutput<typeof awsKeysRequest>

const awsSessionRequest = v.strictObject({
  account,
  /** What the MFA device shows; null: no code was asked for yet. */
  code: v.nullable(mfaCode)
})
export type AwsSessionRequest = v.InferOutput<typeof awsSessionRequest>

/** `code`: the code of this device is needed first. `keys`: no session is needed; programs are given the pair. */
const awsSessionAnswer = v.variant('kind', [
  v.strictObject({ kind: v.literal('open'), until: v.pipe(v.string(), v.isoTimestamp()) }),
  v.strictObject({ kind: v.literal('code'), device: v.string() }),
  v.strictObject({ kind: v.literal('keys') })
])
export type AwsSessionView = v.InferOutput<typeof awsSessionAnswer>

const forPerson = { doors: ['socket'], asker: 'person' } as const

/** What the person's terminal asks about access keys of AWS. No answer holds a secret. */
export const awsRequests = {
  /** Adds a pair, replaces it, or changes its settings; a session that was open is forgotten. */
  saveAwsKeys: { ...forPerson, input: v.strictTuple([awsKeysRequest]), output: credentialSummary },
  /** Opens the session that later asks use, or says what is needed for it. */
  openAwsSession: { ...forPerson, input: v.strictTuple([awsSessionRequest]), output: awsSessionAnswer }
} as const satisfies Record<string, SocketRow>
